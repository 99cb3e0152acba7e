#!/bin/sh
# Makes the clips of this folder. Run with ffmpeg 5.1 (Debian 12); another one makes other bytes.
set -eu
cd "$(dirname "$0")"
tone() { # RATE SECONDS ARGUMENTS… FILE
  source="sine=frequency=500:beep_factor=4:sample_rate=$1:duration=$2"
  shift 2
  ffmpeg -hide_banner -loglevel error -y -bitexact -f lavfi -i "$source" -flags +bitexact "$@"
}
surround='pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0'
four='pan=quad|FL=c0|FR=c0|BL=c0|BR=c0'
bare='-write_xing 0 -id3v2_version 0'

tone 48000 0.5 -ac 2 -c:a aac -b:a 32k aac_48000_stereo.aac
tone 44100 0.5 -ac 1 -c:a aac -b:a 24k -f latm aac_44100_mono.latm
tone 48000 0.3 -af "$four" -c:a aac -b:a 64k aac_48000_quad_pce.aac
tone 48000 0.3 -af "$surround" -c:a aac -b:a 64k aac_48000_5.1.aac
tone 44100 0.6 -ac 2 -c:a libmp3lame -b:a 64k $bare mp3_44100_stereo.mp3
tone 48000 0.6 -ac 2 -c:a libmp3lame -q:a 7 mp3_48000_vbr_id3.mp3
tone 22050 0.6 -ac 1 -c:a libmp3lame -b:a 24k $bare mp3_22050_mono.mp3
tone 8000 0.6 -ac 1 -c:a libmp3lame -b:a 8k $bare mp3_8000_mono.mp3
tone 48000 0.4 -ac 2 -c:a mp2 -b:a 64k mp2_48000_stereo.mp2
tone 44100 0.4 -ac 2 -c:a ac3 -b:a 96k ac3_44100_stereo.ac3
tone 48000 0.3 -af "$surround" -c:a ac3 -b:a 192k ac3_48000_5.1.ac3
tone 48000 0.4 -ac 2 -c:a eac3 -b:a 64k eac3_48000_stereo.eac3
tone 48000 0.3 -af "$surround" -c:a eac3 -b:a 128k eac3_48000_5.1.eac3
tone 44100 0.4 -ac 1 -c:a flac flac_44100_mono.flac
tone 48000 0.4 -ac 2 -c:a libopus -b:a 32k -f mpegts opus_48000_stereo.ts
tone 48000 0.3 -af "$surround" -c:a libopus -b:a 64k -f mpegts opus_48000_5.1.ts
tone 48000 0.4 -ac 2 -c:a libopus -b:a 32k -frame_duration 60 opus_60ms.mp4
tone 48000 0.3 -ac 2 -c:a eac3 -b:a 64k eac3.mp4
tone 48000 0.3 -ac 2 -c:a ac3 -b:a 64k ac3.mp4
tone 48000 0.3 -ac 2 -c:a flac -strict -2 flac.mp4
