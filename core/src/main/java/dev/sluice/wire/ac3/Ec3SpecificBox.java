package dev.sluice.wire.ac3;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.BitWriter;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a decoder of Enhanced AC-3 is configured with, the body of {@code dec3} (section F.6; TS 103
 * 420, section C.3.2.2).
 *
 * @param dataRate in kbit/s, 0 to 8 191
 * @param substreams the independent substreams, 1 to 8
 * @param objects complexity index of object audio (Dolby Atmos), 0 to 255; -1 without
 */
public record Ec3SpecificBox(int dataRate, List<Substream> substreams, int objects) {
  /** Independent substreams. */
  public static final int MAX_SUBSTREAMS = 8;

  private static final int MAX_DATA_RATE = 0x1FFF;

  /** Channels that each bit of chan_loc stands for, lowest bit first. */
  private static final int[] LOCATION_CHANNELS = {2, 2, 1, 1, 2, 2, 2, 1, 1};

  /**
   * One independent substream.
   *
   * @param fscod sample rate code, 0 to 3
   * @param bsid 0 to 16
   * @param asvc whether it is an associated service
   * @param bsmod what the service is for, 0 to 7
   * @param acmod which channels there are, without low frequencies: 0 to 7
   * @param lfe whether there is a channel of low frequencies
   * @param dependent how many dependent substreams belong to it, 0 to 15
   * @param locations chan_loc: which channels these add, 9 bits
   */
  public record Substream(
      int fscod,
      int bsid,
      boolean asvc,
      int bsmod,
      int acmod,
      boolean lfe,
      int dependent,
      int locations) {
    public Substream {
      checkRange("fscod", fscod, 0, 3);
      checkRange("bsid", bsid, 0, 31);
      checkRange("bsmod", bsmod, 0, 7);
      checkRange("acmod", acmod, 0, 7);
      checkRange("dependent", dependent, 0, 15);
      checkRange("locations", locations, 0, dependent == 0 ? 0 : 0x1FF);
    }

    /** What a frame says. */
    static Substream of(SyncFrameHeader header) {
      return new Substream(
          header.fscod(), header.bsid(), false, header.bsmod(), header.acmod(), header.lfe(), 0, 0);
    }

    Substream with(SyncFrameHeader dependentHeader) {
      return new Substream(
          fscod,
          bsid,
          asvc,
          bsmod,
          acmod,
          lfe,
          Math.min(15, dependent + 1),
          locations | locations(dependentHeader.channelMap()));
    }

    /** Channels, those of dependent substreams included. */
    public int channels() {
      int channels = SyncFrameHeader.channels(acmod, lfe);
      for (int i = 0; i < LOCATION_CHANNELS.length; i++) {
        channels += (locations >> i & 1) * LOCATION_CHANNELS[i];
      }
      return channels;
    }

    /** chan_loc of chanmap: bits 5 to 12 and 14 from the highest on, the first one lowest. */
    private static int locations(int channelMap) {
      if (channelMap < 0) {
        return 0; // takes the places of channels that are there
      }
      int locations = channelMap >> 1 & 1; // LFE2
      for (int i = 12; i >= 5; i--) {
        locations = locations << 1 | channelMap >> 15 - i & 1;
      }
      return locations;
    }
  }

  public Ec3SpecificBox {
    checkRange("dataRate", dataRate, 0, MAX_DATA_RATE);
    checkRange("independent substreams", substreams.size(), 1, MAX_SUBSTREAMS);
    checkRange("objects", objects, -1, 255);
    substreams = List.copyOf(substreams);
  }

  /**
   * What the frames of one frame set say.
   *
   * @param headers in order; the first is independent
   * @param bytes of all frames
   * @throws MalformedException when there are more than 8 independent substreams
   */
  public static Ec3SpecificBox of(List<SyncFrameHeader> headers, int bytes) {
    List<Substream> substreams = new ArrayList<>();
    int blocks = 0;
    int objects = -1;
    for (SyncFrameHeader header : headers) {
      blocks += header.beginsFrameSet() ? header.blocks() : 0;
      objects = Math.max(objects, header.objects());
      if (blocks > headers.getFirst().blocks()) {
        continue; // the same substreams, later in time
      }
      if (header.frameType() != SyncFrameHeader.DEPENDENT) {
        substreams.add(Substream.of(header));
      } else if (!substreams.isEmpty()) {
        substreams.add(substreams.removeLast().with(header));
      }
    }
    if (substreams.size() > MAX_SUBSTREAMS) {
      throw new MalformedException(
          "E-AC-3 frame of %d independent substreams, allowed are %d"
              .formatted(substreams.size(), MAX_SUBSTREAMS));
    }
    long samples = (long) Math.max(1, blocks) * SyncFrameHeader.BLOCK_SAMPLES;
    long kbps = 8L * bytes * headers.getFirst().sampleRate() / samples / 1_000;
    return new Ec3SpecificBox((int) Math.min(kbps, MAX_DATA_RATE), substreams, objects);
  }

  /**
   * Reads the body; what follows it is not looked at.
   *
   * @throws MalformedException when it ends too early
   */
  public static Ec3SpecificBox read(Bytes body) {
    BitReader bits = new BitReader(body.toArray(), "dec3");
    int dataRate = bits.small(13);
    int count = bits.small(3) + 1; // num_ind_sub
    List<Substream> substreams = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int fscod = bits.small(2);
      int bsid = bits.small(5);
      bits.skip(1); // reserved
      boolean asvc = bits.flag();
      int bsmod = bits.small(3);
      int acmod = bits.small(3);
      boolean lfe = bits.flag();
      bits.skip(3); // reserved
      int dependent = bits.small(4); // num_dep_sub
      int locations = 0;
      if (dependent > 0) {
        locations = bits.small(9); // chan_loc
      } else {
        bits.skip(1); // reserved
      }
      substreams.add(new Substream(fscod, bsid, asvc, bsmod, acmod, lfe, dependent, locations));
    }
    int objects = -1;
    if (bits.remaining() >= 16) {
      bits.skip(7); // reserved
      boolean flag = bits.flag(); // flag_ec3_extension_type_a
      int complexity = bits.small(8); // complexity_index_type_a
      objects = flag ? complexity : -1;
    }
    return new Ec3SpecificBox(dataRate, substreams, objects);
  }

  /** The body. */
  public Bytes write() {
    var out = new BitWriter().bits(dataRate, 13).bits(substreams.size() - 1, 3);
    for (Substream substream : substreams) {
      out.bits(substream.fscod, 2).bits(substream.bsid, 5).bits(0, 1).flag(substream.asvc);
      out.bits(substream.bsmod, 3).bits(substream.acmod, 3).flag(substream.lfe).bits(0, 3);
      out.bits(substream.dependent, 4);
      out.bits(substream.locations, substream.dependent > 0 ? 9 : 1);
    }
    if (objects >= 0) {
      out.bits(1, 8).bits(objects, 8);
    }
    return out.toBytes();
  }

  /** Whether both say the same but for the rate, which one frame cannot know. */
  public boolean continues(Ec3SpecificBox other) {
    return objects == other.objects && substreams.equals(other.substreams);
  }

  /** Channels of the first programme, those of dependent substreams included. */
  public int channels() {
    return substreams.getFirst().channels();
  }
}
