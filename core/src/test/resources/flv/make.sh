#!/bin/sh
# Makes the clips of codecs beyond the old ones, by ffmpeg 8 (argument: its path).
set -eu
cd "$(dirname "$0")"
ffmpeg=${1:-ffmpeg}

# clip NAME OPTION...: picture and sound of 1.2 s, 30 frames
clip() {
  name=$1
  shift
  "$ffmpeg" -v error -y -f lavfi -i testsrc2=size=160x90:rate=25 \
    -f lavfi -i sine=frequency=440:sample_rate=48000 -t 1.2 \
    -flags +bitexact -fflags +bitexact "$@" "$name.flv"
}

x264="-c:v libx264 -preset ultrafast -g 15 -b:v 50k"
# shellcheck disable=SC2086 # options are several words
{
  clip h265_aac -c:v libx265 -preset ultrafast -b:v 60k -c:a aac -b:a 32k \
    -x265-params log-level=error:keyint=15:bframes=2
  clip av1_opus -c:v libsvtav1 -preset 12 -g 15 -svtav1-params lp=1 -b:v 60k -c:a libopus -b:a 24k
  clip vp9_opus -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 15 -b:v 60k -c:a libopus -b:a 24k
  clip h264_eac3 $x264 -c:a eac3 -b:a 48k
  clip h264_flac $x264 -c:a flac
  clip h264_mp3 $x264 -c:a libmp3lame -b:a 48k -ar 48000
  clip h264_opus $x264 -c:a libopus -b:a 48k
  clip h264_g711a $x264 -c:a pcm_alaw -ar 8000 -ac 1
}

# two pictures, two sounds
"$ffmpeg" -v error -y -f lavfi -i testsrc2=size=160x90:rate=25 \
  -f lavfi -i testsrc=size=80x44:rate=25 -f lavfi -i sine=frequency=440:sample_rate=48000 \
  -f lavfi -i sine=frequency=880:sample_rate=44100 -t 1.2 -flags +bitexact -fflags +bitexact \
  -map 0:v -map 1:v -map 2:a -map 3:a -c:v libx264 -preset ultrafast -g 15 -b:v 50k \
  -c:a aac -b:a 32k multi_h264_aac.flv

# colour information for HDR
"$ffmpeg" -v error -y -f lavfi -i testsrc2=size=160x90:rate=25 -t 0.4 \
  -flags +bitexact -fflags +bitexact -pix_fmt yuv420p10le -color_primaries bt2020 \
  -color_trc smpte2084 -colorspace bt2020nc -c:v libx265 -preset ultrafast \
  -x265-params "log-level=error:hdr10=1:max-cll=1000,400:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)" \
  h265_hdr.flv
