package dev.sluice.wire.scte35;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.Section;
import dev.sluice.wire.mpegts.SpliceInfoSection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a splice_info_section says (SCTE 35, section 9.6).
 *
 * @param encrypted whether only who has the key knows; then there is nothing but an {@link
 *     SpliceCommand.Other}
 * @param command what is to happen
 * @param segmentations what begins and ends, in the order of the section
 */
public record SpliceInfo(
    boolean encrypted, SpliceCommand command, List<SegmentationDescriptor> segmentations) {

  /** The length of a command is not said: writers of before 2009 did not know it. */
  private static final int UNKNOWN_LENGTH = 0xFFF;

  private static final int ENCRYPTED_AT = 4;
  private static final int LENGTH_AT = 11; // the lower four bits of this byte and the next one
  private static final int COMMAND_AT = 14;
  private static final int LOOP_LENGTH_SIZE = 2;
  private static final int DESCRIPTOR_HEADER = 2;

  /** "CUEI": descriptors of this standard. */
  private static final long CUEI = 0x43554549;

  private static final int IDENTIFIER_SIZE = 4;

  public SpliceInfo {
    segmentations = List.copyOf(segmentations);
  }

  /** Of which nothing is known but its type. */
  public static SpliceInfo opaque(int type) {
    return new SpliceInfo(false, new SpliceCommand.Other(type), List.of());
  }

  /**
   * Takes a section apart.
   *
   * @throws MalformedException when its content does not fit into it
   */
  public static SpliceInfo read(SpliceInfoSection section) {
    byte[] bytes = section.bytes().toArray();
    int type = section.commandType();
    if ((bytes[ENCRYPTED_AT] & 0x80) != 0) {
      return new SpliceInfo(true, new SpliceCommand.Other(type), List.of());
    }
    int end = bytes.length - Section.CRC_SIZE;
    int length = (bytes[LENGTH_AT] & 0xF) << 8 | bytes[LENGTH_AT + 1] & 0xFF;
    boolean known = length != UNKNOWN_LENGTH;
    if (known && COMMAND_AT + length > end) {
      throw new MalformedException(
          "splice_command_length is %d in a section of %d bytes".formatted(length, bytes.length));
    }
    byte[] content = Arrays.copyOfRange(bytes, COMMAND_AT, known ? COMMAND_AT + length : end);
    var in = new BitReader(content, "splice command");
    SpliceCommand command = SpliceCommand.read(type, section.ptsAdjustment(), in);
    if (!known && command instanceof SpliceCommand.Other && !isEmpty(type)) {
      return new SpliceInfo(false, command, List.of()); // nobody knows where it ends
    }
    int loopAt = COMMAND_AT + (known ? length : Math.toIntExact(in.position() / 8));
    return new SpliceInfo(false, command, segmentations(bytes, loopAt, end));
  }

  private static boolean isEmpty(int type) {
    return type == SpliceCommand.BANDWIDTH_RESERVATION;
  }

  private static List<SegmentationDescriptor> segmentations(byte[] bytes, int loopAt, int end) {
    int at = loopAt + LOOP_LENGTH_SIZE;
    int loopEnd = at > end ? at : at + u16(bytes, loopAt);
    if (loopEnd > end) {
      throw new MalformedException(
          "descriptors end at byte %d of a section of %d bytes".formatted(loopEnd, bytes.length));
    }
    List<SegmentationDescriptor> found = new ArrayList<>();
    while (at < loopEnd) {
      int bodyAt = at + DESCRIPTOR_HEADER;
      int bodyEnd = bodyAt > loopEnd ? bodyAt : bodyAt + (bytes[at + 1] & 0xFF);
      if (bodyEnd > loopEnd) {
        throw new MalformedException(
            "a splice descriptor ends at byte %d, all end at %d".formatted(bodyEnd, loopEnd));
      }
      if (bytes[at] == SegmentationDescriptor.TAG && bodyEnd - bodyAt >= IDENTIFIER_SIZE) {
        byte[] body = Arrays.copyOfRange(bytes, bodyAt, bodyEnd);
        var in = new BitReader(body, "segmentation_descriptor");
        if (in.bits(32) == CUEI) {
          found.add(SegmentationDescriptor.read(in));
        }
      }
      at = bodyEnd;
    }
    return found;
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }
}
