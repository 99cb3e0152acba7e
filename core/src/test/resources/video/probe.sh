#!/bin/sh
# Writes down what ffprobe says of each clip: FILE.probe
set -e
for clip in *.h264 *.h265 *.m2v *.m1v *.ivf *.obu; do
  [ -e "$clip" ] || continue
  {
    ffprobe -v error -select_streams v -of default=nw=1 -show_entries \
      stream=codec_name,profile,width,height,sample_aspect_ratio,pix_fmt,level,color_range,color_space,color_transfer,color_primaries,has_b_frames,r_frame_rate "$clip"
    printf 'flags='
    ffprobe -v error -show_entries packet=flags -of csv=p=0 "$clip" | cut -c1 | tr -d '\n'
    printf '\nsizes='
    ffprobe -v error -show_entries packet=size -of csv=p=0 "$clip" | tr '\n' ' '
    printf '\ntypes='
    ffprobe -v error -show_entries frame=pict_type -of csv=p=0 "$clip" | cut -c1 | tr -d '\n'
    echo
  } > "$clip.probe"
done
