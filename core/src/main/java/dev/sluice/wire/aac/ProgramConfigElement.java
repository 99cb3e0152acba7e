package dev.sluice.wire.aac;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.BitWriter;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * program_config_element: names the channels where no channel configuration fits (section 4.4.1.1).
 *
 * @param instanceTag element_instance_tag, 0 to 15
 * @param objectType of 2 bits: the audio object type less 1
 * @param samplingFrequencyIndex 0 to 15
 * @param front channel elements in front, at most 15
 * @param side channel elements at the side, at most 15
 * @param back channel elements in the back, at most 15
 * @param lfe tags of low frequency elements, at most 3
 * @param associatedData tags of data elements, at most 7
 * @param coupling coupling channel elements, at most 15; {@code pair} says independently switched
 * @param monoMixdown element number, or -1
 * @param stereoMixdown element number, or -1
 * @param matrixMixdown matrix_mixdown_idx and pseudo_surround_enable in 3 bits, or -1
 * @param comment at most 255 bytes
 */
public record ProgramConfigElement(
    int instanceTag,
    int objectType,
    int samplingFrequencyIndex,
    List<Element> front,
    List<Element> side,
    List<Element> back,
    List<Integer> lfe,
    List<Integer> associatedData,
    List<Element> coupling,
    int monoMixdown,
    int stereoMixdown,
    int matrixMixdown,
    Bytes comment) {

  /** id_syn_ele that a program config element has in a raw frame: three bits. */
  static final int ID = 5;

  /**
   * One channel element.
   *
   * @param pair whether it holds two channels
   * @param tag 0 to 15
   */
  public record Element(boolean pair, int tag) {
    public Element {
      checkRange("tag", tag, 0, 15);
    }
  }

  public ProgramConfigElement {
    checkRange("instanceTag", instanceTag, 0, 15);
    checkRange("objectType", objectType, 0, 3);
    checkRange("samplingFrequencyIndex", samplingFrequencyIndex, 0, 15);
    checkRange("front elements", front.size(), 0, 15);
    checkRange("side elements", side.size(), 0, 15);
    checkRange("back elements", back.size(), 0, 15);
    checkRange("low frequency elements", lfe.size(), 0, 3);
    checkRange("data elements", associatedData.size(), 0, 7);
    checkRange("coupling elements", coupling.size(), 0, 15);
    checkRange("monoMixdown", monoMixdown, -1, 15);
    checkRange("stereoMixdown", stereoMixdown, -1, 15);
    checkRange("matrixMixdown", matrixMixdown, -1, 7);
    checkRange("bytes of comment", comment.size(), 0, 255);
    front = List.copyOf(front);
    side = List.copyOf(side);
    back = List.copyOf(back);
    lfe = List.copyOf(lfe);
    associatedData = List.copyOf(associatedData);
    coupling = List.copyOf(coupling);
  }

  /** How many channels there are, at most 93. */
  public int channels() {
    return channels(front) + channels(side) + channels(back) + lfe.size();
  }

  /**
   * The element that a raw frame begins with, as ADTS without a channel configuration wants it.
   *
   * @param rawFrame the frame's first bytes
   * @return null when it begins with another element
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  public static @Nullable ProgramConfigElement ofRawFrame(byte[] rawFrame) {
    BitReader bits = new BitReader(rawFrame, "raw AAC frame");
    return bits.small(3) == ID ? read(bits, 0) : null;
  }

  /**
   * The bits that stand for this element at the beginning of a raw frame: whole bytes, for the
   * comment at their end is aligned.
   */
  Bytes rawFrameStart() {
    var bits = new BitWriter().bits(ID, 3);
    write(bits, 0);
    return bits.toBytes();
  }

  /**
   * Reads one element.
   *
   * @param origin what its alignment counts from: where the AudioSpecificConfig or the raw frame
   *     begins
   * @throws dev.sluice.wire.MalformedException when it ends too early
   */
  static ProgramConfigElement read(BitReader bits, long origin) {
    int instanceTag = bits.small(4);
    int objectType = bits.small(2);
    int samplingFrequencyIndex = bits.small(4);
    int front = bits.small(4); // num_front_channel_elements
    int side = bits.small(4);
    int back = bits.small(4);
    int lfe = bits.small(2);
    int associatedData = bits.small(3);
    int coupling = bits.small(4); // num_valid_cc_elements
    int mono = bits.flag() ? bits.small(4) : -1; // mono_mixdown_element_number
    int stereo = bits.flag() ? bits.small(4) : -1; // stereo_mixdown_element_number
    int matrix = bits.flag() ? bits.small(3) : -1; // matrix_mixdown_idx, pseudo_surround_enable
    return new ProgramConfigElement(
        instanceTag,
        objectType,
        samplingFrequencyIndex,
        elements(bits, front),
        elements(bits, side),
        elements(bits, back),
        tags(bits, lfe),
        tags(bits, associatedData),
        elements(bits, coupling),
        mono,
        stereo,
        matrix,
        comment(bits, origin));
  }

  /**
   * Appends the element.
   *
   * @param origin as in {@link #read}
   */
  void write(BitWriter out, int origin) {
    out.bits(instanceTag, 4).bits(objectType, 2).bits(samplingFrequencyIndex, 4);
    out.bits(front.size(), 4).bits(side.size(), 4).bits(back.size(), 4);
    out.bits(lfe.size(), 2).bits(associatedData.size(), 3).bits(coupling.size(), 4);
    writeIfThere(out, monoMixdown, 4);
    writeIfThere(out, stereoMixdown, 4);
    writeIfThere(out, matrixMixdown, 3);
    writeElements(out, front);
    writeElements(out, side);
    writeElements(out, back);
    lfe.forEach(tag -> out.bits(tag, 4));
    associatedData.forEach(tag -> out.bits(tag, 4));
    writeElements(out, coupling);
    out.align(origin).bits(comment.size(), 8).bytes(comment);
  }

  private static int channels(List<Element> elements) {
    return elements.stream().mapToInt(element -> element.pair() ? 2 : 1).sum();
  }

  private static List<Element> elements(BitReader bits, int count) {
    List<Element> elements = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      elements.add(new Element(bits.flag(), bits.small(4)));
    }
    return elements;
  }

  private static List<Integer> tags(BitReader bits, int count) {
    List<Integer> tags = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tags.add(bits.small(4));
    }
    return tags;
  }

  private static Bytes comment(BitReader bits, long origin) {
    bits.skip((int) (origin - bits.position() & 7)); // byte_alignment
    int length = bits.small(8); // comment_field_bytes
    long from = bits.position();
    bits.skip(8 * length);
    return bits.copy(from, bits.position());
  }

  private static void writeIfThere(BitWriter out, int value, int count) {
    out.flag(value >= 0);
    if (value >= 0) {
      out.bits(value, count);
    }
  }

  private static void writeElements(BitWriter out, List<Element> elements) {
    elements.forEach(element -> out.flag(element.pair()).bits(element.tag(), 4));
  }
}
