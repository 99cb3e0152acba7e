#!/bin/sh
# Makes the clips of this folder; written for ffmpeg 5.1 with x264, x265, libvpx, libaom and SVT-AV1.
set -e
source="testsrc2=size=128x96:rate=30000/1001"
run() { ffmpeg -nostdin -v error -y "$@"; }
x264() { run -f lavfi -i "$source" -frames:v 20 -pix_fmt yuv420p -c:v libx264 -preset fast -qp 40 "$@"; }
x265() { run -f lavfi -i "$source" -frames:v 20 -c:v libx265 -preset fast -qp 40 "$@"; }

# B-frames, sample aspect ratio 4:3, BT.709
x264 -vf setsar=4/3 -color_primaries bt709 -color_trc bt709 -colorspace bt709 \
  -x264-params aud=1:keyint=8:min-keyint=8:scenecut=0:bframes=2:log=-1 h264-bframes.h264
# open GOPs: random access by recovery point SEI, two slices a picture
x264 -x264-params aud=1:keyint=6:min-keyint=6:scenecut=0:bframes=2:open-gop=1:slices=2:log=-1 h264-open-gop.h264
# intra refresh instead of key frames
x264 -x264-params aud=1:keyint=8:intra-refresh=1:bframes=0:log=-1 h264-intra-refresh.h264
# interlaced, 10 bits, 4:2:2, full range
run -f lavfi -i "testsrc2=size=130x98:rate=25" -frames:v 8 -vf "scale=out_range=full,format=yuv422p10,setparams=range=full" -color_range pc \
  -c:v libx264 -preset fast -qp 40 -x264-params aud=1:keyint=4:interlaced=1:tff=1:log=-1 h264-interlaced.h264

# open GOPs: CRA with leading RASL pictures, two slices a picture, HRD
x265 -pix_fmt yuv420p -x265-params \
  "aud=1:repeat-headers=1:keyint=8:min-keyint=8:scenecut=0:bframes=3:open-gop=1:slices=2:hrd=1:vbv-maxrate=500:vbv-bufsize=500:qp=40:log-level=none" h265-open-gop.h265
# IDR only, HDR10, default scaling lists, odd size, sample aspect ratio
run -f lavfi -i "testsrc2=size=132x100:rate=50" -vf "crop=130:98,setsar=8/9" -frames:v 10 -pix_fmt yuv420p10 -c:v libx265 -preset fast -x265-params \
  "aud=1:repeat-headers=1:keyint=5:min-keyint=5:open-gop=0:scaling-list=default:qp=40:hdr10=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,500):max-cll=1000,400:log-level=none" h265-hdr10.h265
# 4:4:4, 12 bits, intra refresh
x265 -pix_fmt yuv444p12 -x265-params \
  "aud=1:repeat-headers=1:keyint=8:intra-refresh=1:bframes=0:qp=40:log-level=none" h265-444.h265

# MPEG-2: B pictures, 16:9, colours
run -f lavfi -i "$source" -frames:v 20 -c:v mpeg2video -q:v 20 -g 9 -bf 2 -aspect 16:9 -color_primaries bt709 -color_trc bt709 -colorspace bt709 -f mpeg2video mpeg2-bframes.m2v
# MPEG-2 4:2:2, interlaced, closed GOPs
run -f lavfi -i "testsrc2=size=160x96:rate=25" -frames:v 8 -c:v mpeg2video -pix_fmt yuv422p -q:v 20 -g 4 -flags +ildct+ilme+cgop -sc_threshold 1000000000 -aspect 4:3 -f mpeg2video mpeg2-422.m2v
# MPEG-1
run -f lavfi -i "testsrc2=size=128x96:rate=25" -frames:v 12 -c:v mpeg1video -q:v 20 -g 6 -bf 2 -f mpeg1video mpeg1.m1v

# AV1 of two encoders: hidden frames; 10 bits, HDR
run -f lavfi -i "$source" -frames:v 20 -pix_fmt yuv420p -c:v libaom-av1 -cpu-used 8 -row-mt 0 -threads 1 -crf 60 -b:v 0 -g 8 -keyint_min 8 -lag-in-frames 19 -f obu av1-hidden.obu
run -f lavfi -i "$source" -frames:v 12 -pix_fmt yuv420p10 -c:v libsvtav1 -preset 8 -qp 55 -g 6 -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -f ivf av1-hdr.ivf
run -f lavfi -i "$source" -frames:v 6 -pix_fmt yuv444p -color_range pc -c:v libaom-av1 -cpu-used 8 -threads 1 -crf 60 -b:v 0 -g 3 -f ivf av1-444.ivf
# VP9: superframes with hidden frames; profile 2; profile 1
run -f lavfi -i "$source" -frames:v 20 -pix_fmt yuv420p -c:v libvpx-vp9 -cpu-used 5 -crf 60 -b:v 0 -g 8 -keyint_min 8 -lag-in-frames 16 -auto-alt-ref 1 -colorspace bt709 -f ivf vp9-hidden.ivf
run -f lavfi -i "testsrc2=size=130x98:rate=25" -frames:v 6 -pix_fmt yuv420p10 -c:v libvpx-vp9 -cpu-used 5 -crf 60 -b:v 0 -g 3 -colorspace bt2020nc -f ivf vp9-profile2.ivf
run -f lavfi -i "$source" -frames:v 6 -pix_fmt yuv444p -c:v libvpx-vp9 -cpu-used 5 -crf 60 -b:v 0 -g 3 -f ivf vp9-profile1.ivf
# VP8 with hidden frames
run -f lavfi -i "$source" -frames:v 20 -c:v libvpx -cpu-used 5 -crf 60 -b:v 60k -g 8 -keyint_min 8 -lag-in-frames 16 -auto-alt-ref 1 -f ivf vp8.ivf
