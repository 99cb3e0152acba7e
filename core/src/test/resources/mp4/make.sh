#!/bin/sh
# Makes the clips again: ffmpeg 5.1 of Debian 12, in this folder. They are checked in, since encoders
# change; the golden dumps are of these bytes.
set -eu
ff() { ffmpeg -hide_banner -loglevel error -y -threads 1 "$@"; }
V="testsrc2=size=96x64:rate=25"
A="sine=frequency=440:sample_rate=48000"
X="-c:v libx264 -preset veryfast -crf 40 -g 12 -bf 2 -flags +bitexact -x264-params scenecut=0:threads=1:b-pyramid=none"
AAC="-c:a aac -b:a 24k -ac 1 -flags:a +bitexact"
OUT="-fflags +bitexact -map_metadata -1"

# moov behind mdat, edit lists for the pictures' delay and the sound's priming
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 1.2 $X $AAC $OUT h264_aac_48000.mp4
# moov in front, open GOPs, 29.97 pictures a second, 44.1 kHz stereo
ff -f lavfi -i "testsrc2=size=96x64:rate=30000/1001" -f lavfi -i "sine=sample_rate=44100" -t 1.2 $X \
  -x264-params scenecut=0:threads=1:open-gop=1:bframes=3 -c:a aac -b:a 24k -ac 2 -ar 44100 -flags:a +bitexact \
  -movflags +faststart $OUT h264_open_gop_aac_44100.mp4
# composition offsets below 0 (ctts of version 1)
ff -f lavfi -i "$V" -t 1 $X -movflags +negative_cts_offsets $OUT h264_negative_offsets.mp4
# fragments of both tracks, random access box at the end
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 1.6 $X $AAC -movflags +frag_keyframe+empty_moov+default_base_moof $OUT h264_aac_fragmented.mp4
# the first fragment in moov, the others with absolute offsets
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 1.6 $X $AAC -movflags +frag_keyframe $OUT h264_aac_hybrid.mp4
# fragments with an index in front
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 1.6 $X $AAC -movflags +dash+global_sidx -frag_duration 500000 $OUT h264_aac_sidx.mp4
# fragments of one track each, without any index
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 1.6 $X $AAC -movflags +frag_keyframe+empty_moov+separate_moof+skip_trailer+omit_tfhd_offset $OUT h264_aac_separate.mp4
# other codecs
ff -f lavfi -i "$V" -f lavfi -i "sine=sample_rate=96000" -t 1 -c:v libx265 -preset ultrafast -x265-params "crf=45:keyint=10:bframes=2:pools=none:frame-threads=1:info=0:log-level=none" -tag:v hvc1 -flags +bitexact \
  -c:a aac -b:a 32k -ac 1 -ar 96000 $OUT h265_aac_96000.mp4
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 0.8 -c:v libaom-av1 -cpu-used 8 -crf 60 -g 10 -flags +bitexact -c:a libopus -b:a 16k $OUT av1_opus.mp4
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 0.8 -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 60 -b:v 0 -g 10 -flags +bitexact -c:a flac -ac 1 -sample_fmt s16 -strict -2 $OUT vp9_flac.mp4
# pictures alone, as ffmpeg does not write VP8 into MP4
ff -f lavfi -i "$V" -t 0.4 -c:v libvpx -deadline realtime -cpu-used 8 -b:v 20k -g 5 -flags +bitexact vp8.ivf
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 0.6 -c:v mpeg2video -qscale:v 31 -bf 2 -g 10 -flags +bitexact -c:a mp2 -b:a 32k -ac 1 $OUT mpeg2_mp2.mp4
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 0.6 $X -c:a libmp3lame -b:a 32k -ac 1 $OUT h264_mp3.mp4
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 0.6 $X -c:a ac3 -b:a 64k -ac 1 $OUT h264_ac3.mp4
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 0.6 $X -c:a eac3 -b:a 32k -ac 1 $OUT h264_eac3.mp4
# QuickTime, sound without frames
ff -f lavfi -i "$V" -f lavfi -i "sine=sample_rate=8000" -t 0.6 $X -c:a pcm_alaw -ar 8000 -ac 1 $OUT h264_alaw.mov
# one track alone; the sound's language is known
ff -f lavfi -i "sine=sample_rate=44100" -t 0.5 $AAC -ar 44100 $OUT -metadata:s:a:0 language=deu aac_44100.m4a
ff -f lavfi -i "$A" -t 0.5 -c:a libopus -b:a 16k $OUT opus.mp4
# pictures at odd moments
ff -f lavfi -i "$V" -t 1.6 -vf "select='not(mod(n,3))+not(mod(n,7))'" -vsync vfr $X $OUT h264_variable_rate.mp4
# sound that begins 0.4 s after the pictures; and before them
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 1.2 -af "asetpts=PTS+0.4/TB" -vsync passthrough $X $AAC $OUT h264_aac_late_sound.mp4
ff -f lavfi -i "$V" -f lavfi -i "$A" -t 1.2 -vf "setpts=PTS+0.3/TB" -vsync passthrough $X $AAC $OUT h264_aac_late_picture.mp4
# cut out of the middle of a GOP, without coding anew: pictures before the first one that is shown
ff -ss 0.6 -i h264_aac_48000.mp4 -t 0.4 -c copy $OUT h264_aac_cut.mp4
# several tracks
ff -f lavfi -i "$V" -f lavfi -i "testsrc=size=64x48:rate=12" -f lavfi -i "$A" -f lavfi -i "sine=frequency=880:sample_rate=44100" -t 0.8 \
  -map 0 -map 1 -map 2 -map 3 $X $AAC $OUT -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra h264_2_aac_2.mp4
