package dev.sluice.wire.h265;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Seeds;
import dev.sluice.wire.BitsOut;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.ColourCodes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.nal.VuiStart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Parameter sets with everything in them that has to be passed over: sub-layers, scaling lists,
 * predicted reference picture sets, HRD. What stands behind it comes out right only when the length
 * of each was understood.
 */
class HevcSpsSyntaxTest {
  @Test
  void whatIsPassedOverHasItsLength() {
    Seeds.run(
        400,
        random -> {
          var expected = new HevcSps[1];
          Bytes nalUnit = sps(random, expected);
          assertThat(HevcSps.read(nalUnit.buffer())).isEqualTo(expected[0]);
        });
  }

  @Test
  void videoParameterSetsToo() {
    Seeds.run(
        100,
        random -> {
          BitsOut out = new BitsOut();
          int id = random.nextInt(16);
          int subLayers = random.nextInt(7);
          out.u(4, id).u(2, 3).u(6, 0).u(3, subLayers).u(1, 1).u(16, 0xFFFF);
          profile(random, out, subLayers);
          boolean all = random.nextBoolean();
          out.flag(all);
          for (int i = all ? 0 : subLayers; i <= subLayers; i++) {
            out.ue(4).ue(random.nextInt(4)).ue(0);
          }
          int maxLayerId = random.nextInt(10);
          int layerSets = random.nextInt(4);
          out.u(6, maxLayerId).ue(layerSets);
          for (int i = 0; i < layerSets; i++) {
            out.u(maxLayerId + 1, random.nextInt(1 << maxLayerId + 1));
          }
          boolean timed = random.nextBoolean();
          out.flag(timed);
          if (timed) {
            out.u(32, 1_001).u(32, 60_000);
          }
          out.flag(false); // vps_extension_flag
          assertThat(HevcVps.read(out.nalUnit(0x40, 1).buffer()))
              .isEqualTo(new HevcVps(id, timed ? new HevcTiming(1_001, 60_000) : null));
        });
  }

  @Test
  void tooManyPicturesInASetAreRefused() {
    // sets that each are the one before and one more
    BitsOut out = start(new BitsOut(), 64);
    out.ue(16).ue(16);
    for (int i = 0; i < 32; i++) {
      out.ue(0).flag(true);
    }
    out.flag(true).flag(false).ue(99).u(33, -1L);
    for (int set = 2; set < 64; set++) {
      out.flag(true).flag(false).ue(99).u(60, -1L);
    }
    assertThatThrownBy(() -> HevcSps.read(out.nalUnit(0x42, 1).buffer()))
        .isInstanceOf(MalformedException.class)
        .hasMessage("SPS: short-term set of 33 pictures, allowed are 32");
  }

  /** Up to and with num_short_term_ref_pic_sets, nothing unusual in it. */
  private static BitsOut start(BitsOut out, int sets) {
    out.u(4, 0).u(3, 0).flag(true).u(8, 1).u(32, 0x60000000L).u(48, 0).u(8, 93).ue(0).ue(1);
    out.ue(64).ue(64).flag(false).ue(0).ue(0).ue(4).flag(true).ue(4).ue(2).ue(0);
    out.ue(0).ue(3).ue(0).ue(3).ue(0).ue(0).u(4, 0);
    return out.ue(sets);
  }

  private static Bytes sps(RandomGenerator random, HevcSps[] expected) {
    BitsOut out = new BitsOut();
    int vpsId = random.nextInt(16);
    int subLayers = random.nextInt(7);
    out.u(4, vpsId).u(3, subLayers).flag(true);
    ProfileTierLevel profile = profile(random, out, subLayers);
    int id = random.nextInt(16);
    int chroma = random.nextInt(4);
    out.ue(id).ue(chroma);
    boolean planes = chroma == 3 && random.nextBoolean();
    if (chroma == 3) {
      out.flag(planes);
    }
    int width = 64 + random.nextInt(4_000);
    int height = 64 + random.nextInt(2_000);
    out.ue(width).ue(height);
    int unitX = chroma == 1 || chroma == 2 ? 2 : 1;
    int unitY = chroma == 1 ? 2 : 1;
    boolean window = random.nextBoolean();
    out.flag(window);
    if (window) {
      out.ue(1).ue(2).ue(3).ue(4);
      width -= 3 * unitX;
      height -= 7 * unitY;
    }
    int depth = random.nextInt(9);
    int chromaDepth = random.nextInt(9);
    int orderBits = random.nextInt(13);
    out.ue(depth).ue(chromaDepth).ue(orderBits);
    int reorder = ordering(random, out, subLayers);
    out.ue(0).ue(3).ue(0).ue(3).ue(random.nextInt(3)).ue(random.nextInt(3));
    scalingLists(random, out);
    out.u(2, random.nextInt(4)); // amp_enabled_flag, sample_adaptive_offset_enabled_flag
    boolean pcm = random.nextBoolean();
    out.flag(pcm);
    if (pcm) {
      out.u(8, 0x77).ue(0).ue(2).flag(true);
    }
    shortTermSets(random, out);
    boolean longTerm = random.nextBoolean();
    out.flag(longTerm);
    if (longTerm) {
      int count = random.nextInt(33);
      out.ue(count);
      for (int i = 0; i < count; i++) {
        out.u(4 + orderBits, random.nextInt(16)).flag(random.nextBoolean());
      }
    }
    out.u(2, random.nextInt(4)); // sps_temporal_mvp_enabled_flag, strong_intra_smoothing
    boolean usability = random.nextInt(8) > 0;
    out.flag(usability);
    HevcVui vui = usability ? vui(random, out, subLayers) : HevcVui.NONE;
    out.flag(false); // sps_extension_present_flag
    expected[0] =
        new HevcSps(
            id,
            vpsId,
            subLayers + 1,
            true,
            profile,
            chroma,
            8 + depth,
            8 + chromaDepth,
            width,
            height,
            reorder,
            vui);
    return out.nalUnit(0x42, 1);
  }

  private static ProfileTierLevel profile(RandomGenerator random, BitsOut out, int subLayers) {
    var profile =
        new ProfileTierLevel(
            random.nextInt(4),
            random.nextBoolean(),
            random.nextInt(32),
            random.nextLong(1L << 32),
            random.nextLong(1L << 48),
            random.nextInt(256));
    out.u(2, profile.profileSpace()).flag(profile.highTier()).u(5, profile.profile());
    out.u(32, profile.compatibility()).u(48, profile.constraints()).u(8, profile.level());
    boolean[] flags = new boolean[2 * subLayers];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = random.nextBoolean();
      out.flag(flags[i]);
    }
    if (subLayers > 0) {
      out.u(2 * (8 - subLayers), 0);
    }
    for (int i = 0; i < subLayers; i++) {
      if (flags[2 * i]) {
        out.u(44, random.nextLong()).u(44, random.nextLong());
      }
      if (flags[2 * i + 1]) {
        out.u(8, random.nextInt(256));
      }
    }
    return profile;
  }

  private static int ordering(RandomGenerator random, BitsOut out, int subLayers) {
    boolean all = random.nextBoolean();
    out.flag(all);
    int reorder = 0;
    for (int i = all ? 0 : subLayers; i <= subLayers; i++) {
      reorder = random.nextInt(5);
      out.ue(5).ue(reorder).ue(random.nextInt(4));
    }
    return reorder;
  }

  private static void scalingLists(RandomGenerator random, BitsOut out) {
    boolean enabled = random.nextBoolean();
    boolean present = enabled && random.nextBoolean();
    out.flag(enabled);
    if (enabled) {
      out.flag(present);
    }
    if (!present) {
      return;
    }
    for (int size = 0; size < 4; size++) {
      for (int matrix = 0; matrix < (size == 3 ? 2 : 6); matrix++) {
        boolean coded = random.nextBoolean();
        out.flag(coded);
        if (!coded) {
          out.ue(matrix == 0 ? 0 : 1);
          continue;
        }
        if (size > 1) {
          out.se(random.nextInt(-7, 200));
        }
        for (int i = 0; i < (size == 0 ? 16 : 64); i++) {
          out.se(random.nextInt(-128, 128));
        }
      }
    }
  }

  /** Written from the sets themselves, by the text of section 7.4.8. */
  private static void shortTermSets(RandomGenerator random, BitsOut out) {
    int count = random.nextInt(8);
    out.ue(count);
    List<Integer> before = List.of();
    for (int i = 0; i < count; i++) {
      boolean predicted = i > 0 && before.size() < 12 && random.nextBoolean();
      if (i > 0) {
        out.flag(predicted);
      }
      before = predicted ? predicted(random, out, before) : explicit(random, out);
    }
  }

  private static List<Integer> explicit(RandomGenerator random, BitsOut out) {
    List<Integer> deltas = new ArrayList<>();
    int negative = random.nextInt(5);
    int positive = random.nextInt(5);
    out.ue(negative).ue(positive);
    for (int sign : new int[] {-1, 1}) {
      int delta = 0;
      for (int i = 0; i < (sign < 0 ? negative : positive); i++) {
        int step = 1 + random.nextInt(4);
        out.ue(step - 1).flag(random.nextBoolean());
        delta += sign * step;
        deltas.add(delta);
      }
    }
    return deltas;
  }

  private static List<Integer> predicted(
      RandomGenerator random, BitsOut out, List<Integer> reference) {
    int shift = random.nextInt(1, 5) * (random.nextBoolean() ? 1 : -1);
    out.flag(shift < 0).ue(Math.abs(shift) - 1);
    List<Integer> deltas = new ArrayList<>();
    for (int i = 0; i <= reference.size(); i++) {
      boolean used = random.nextBoolean();
      boolean kept = used || random.nextBoolean();
      out.flag(used);
      if (!used) {
        out.flag(kept);
      }
      int delta = shift + (i < reference.size() ? reference.get(i) : 0);
      if (kept && delta != 0) {
        deltas.add(delta);
      }
    }
    // negative ones first, nearest first
    deltas.sort(Comparator.comparing((Integer delta) -> delta > 0).thenComparingInt(Math::abs));
    return deltas;
  }

  private static HevcVui vui(RandomGenerator random, BitsOut out, int subLayers) {
    int sarWidth = random.nextInt(1, 5_000);
    out.flag(true).u(8, 255).u(16, sarWidth).u(16, 7); // aspect_ratio_info
    out.flag(true).flag(true); // overscan_info
    boolean fullRange = random.nextBoolean();
    out.flag(true).u(3, 5).flag(fullRange).flag(true).u(8, 9).u(8, 18).u(8, 9);
    out.flag(true).ue(2).ue(2); // chroma_loc_info
    boolean fields = random.nextBoolean();
    out.flag(false).flag(fields).flag(true);
    boolean window = random.nextBoolean();
    out.flag(window);
    if (window) {
      out.ue(1).ue(0).ue(5).ue(6);
    }
    boolean timed = random.nextBoolean();
    out.flag(timed);
    if (timed) {
      out.u(32, 1_001).u(32, 4_000_000_000L);
      boolean proportional = random.nextBoolean();
      out.flag(proportional);
      if (proportional) {
        out.ue(0);
      }
      boolean hrd = random.nextInt(4) > 0;
      out.flag(hrd);
      if (hrd) {
        hrd(random, out, subLayers);
      }
    }
    boolean restricted = random.nextBoolean();
    int segmentation = restricted ? random.nextInt(4_096) : 0;
    out.flag(restricted);
    if (restricted) {
      out.u(3, random.nextInt(8)).ue(segmentation).ue(2).ue(1).ue(15).ue(15);
    }
    return new HevcVui(
        new VuiStart(sarWidth, 7, new ColourCodes(9, 18, 9, fullRange)),
        fields,
        window ? new HevcVui.Window(1, 0, 5, 6) : HevcVui.Window.NONE,
        timed ? new HevcTiming(1_001, 4_000_000_000L) : null,
        segmentation);
  }

  private static void hrd(RandomGenerator random, BitsOut out, int subLayers) {
    boolean nal = random.nextBoolean();
    boolean vcl = random.nextBoolean();
    boolean subPictures = (nal || vcl) && random.nextBoolean();
    out.flag(nal).flag(vcl);
    if (nal || vcl) {
      out.flag(subPictures);
      if (subPictures) {
        out.u(8, 9).u(5, 9).flag(true).u(5, 9);
      }
      out.u(4, 3).u(4, 4);
      if (subPictures) {
        out.u(4, 5);
      }
      out.u(5, 23).u(5, 23).u(5, 23);
    }
    for (int i = 0; i <= subLayers; i++) {
      boolean fixedGeneral = random.nextBoolean();
      boolean fixed = fixedGeneral || random.nextBoolean();
      boolean lowDelay = !fixed && random.nextBoolean();
      out.flag(fixedGeneral);
      if (!fixedGeneral) {
        out.flag(fixed);
      }
      if (fixed) {
        out.ue(random.nextInt(2_048));
      } else {
        out.flag(lowDelay);
      }
      int count = lowDelay ? 1 : 1 + random.nextInt(3);
      if (!lowDelay) {
        out.ue(count - 1);
      }
      for (int j = 0; j < count * ((nal ? 1 : 0) + (vcl ? 1 : 0)); j++) {
        out.ue(random.nextInt(1 << 20)).ue(random.nextInt(1 << 20));
        if (subPictures) {
          out.ue(random.nextInt(1 << 20)).ue(random.nextInt(1 << 20));
        }
        out.flag(random.nextBoolean());
      }
    }
  }
}
