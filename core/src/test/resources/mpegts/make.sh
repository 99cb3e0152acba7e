#!/bin/sh
# Makes the clips of this folder; made once with ffmpeg 5.1.9 of Debian 12.
set -eu
cd "$(dirname "$0")"
ff() { ffmpeg -hide_banner -loglevel error -y -fflags +bitexact "$@"; }
video="-f lavfi -i testsrc=size=96x64:rate=25"
audio="-f lavfi -i sine=frequency=440:sample_rate"
x264="-c:v libx264 -preset veryfast -g 12 -bf 2 -threads 1 -x264-params keyint=12:min-keyint=12:scenecut=0:aud=1"
exact="-flags +bitexact -map_metadata -1 -f mpegts"

ff $video $audio=48000 -t 1.2 -map 0 -map 1 $x264 -c:a aac -b:a 48k -metadata:s:a:0 language=eng \
  -flags +bitexact -f mpegts h264_bframes_aac_48000.ts
ff $video $audio=44100 -t 1 $x264:open-gop=1 -c:a mp2 -b:a 64k $exact h264_opengop_mp2_44100.ts
ff $video $audio=44100 -t 1 -c:v libx265 -preset ultrafast -x265-params keyint=12:bframes=2:log-level=none:pools=1:frame-threads=1:info=0 \
  -c:a aac -b:a 48k $exact h265_aac_44100.ts
ff $video $audio=48000 -t 1 -c:v mpeg2video -g 12 -bf 2 -b:v 100k -threads 1 -c:a mp2 -b:a 64k $exact mpeg2_mp2_48000.ts
ff $video $audio=44100 -t 1 -c:v mpeg1video -g 12 -b:v 100k -threads 1 -c:a libmp3lame -b:a 48k $exact mpeg1_mp3_44100.ts
ff $video $audio=48000 -t 1 $x264 -c:a ac3 -b:a 96k $exact h264_ac3_atsc.ts
ff $video $audio=48000 -t 1 $x264 -c:a ac3 -b:a 96k -mpegts_flags system_b $exact h264_ac3_dvb.ts
ff $video $audio=48000 -t 1 $x264 -c:a eac3 -b:a 96k $exact h264_eac3_atsc.ts
ff $video $audio=48000 -t 1 $x264 -c:a eac3 -b:a 96k -mpegts_flags system_b $exact h264_eac3_dvb.ts
ff $video $audio=48000 -t 1 $x264 -c:a libopus -b:a 48k $exact h264_opus.ts
ff $video $audio=48000 -t 1 $x264 -c:a aac -b:a 48k -mpegts_flags latm $exact h264_latm_48000.ts
ff $video -t 1 $x264 -pes_payload_size 0 $exact h264_only.ts
ff $audio=96000 -t 0.5 -c:a aac -b:a 64k $exact aac_96000_only.ts
ff $audio=44100 -t 0.5 -c:a libmp3lame -b:a 48k $exact mp3_44100_only.ts
# 2^33 / 90000 is 95443.7 s
ff $video $audio=48000 -t 1 $x264 -c:a aac -b:a 48k -output_ts_offset 95441.6 $exact h264_aac_wrap.ts
ff $video $audio=48000 -t 1 $x264 -c:a ac3 -b:a 96k -mpegts_m2ts_mode 1 $exact h264_ac3_192.m2ts
# two programs, the second with another picture and two languages
ff $video $audio=48000 -f lavfi -i color=c=red:size=64x48:rate=25 -f lavfi -i sine=frequency=880:sample_rate=32000 -t 0.6 \
  -map 0:v -map 1:a -map 2:v -map 3:a -map 1:a $x264 -c:a aac -b:a 32k \
  -program title=one:program_num=7:st=0:st=1 -program title=two:program_num=9:st=2:st=3:st=4 \
  -metadata:s:a:0 language=eng -metadata:s:a:1 language=deu -metadata:s:a:2 language=fra \
  -flags +bitexact -f mpegts two_programs.ts
# another size on the way, told in the stream alone
tmp=$(mktemp -d)
ff $video -t 0.48 $x264 $exact $tmp/a.ts
ff -f lavfi -i testsrc=size=64x48:rate=25 -t 0.48 $x264 $exact $tmp/b.ts
printf 'file a.ts\nfile b.ts\n' > $tmp/list
ff -f concat -i $tmp/list -c copy $exact h264_size_change.ts
rm -r $tmp
