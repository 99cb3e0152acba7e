package dev.sluice.wire.h265;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a server needs of a video parameter set (section 7.3.2.1).
 *
 * @param id vps_video_parameter_set_id, 0 to 15
 * @param timing null where it gives none
 */
public record HevcVps(int id, @Nullable HevcTiming timing) {
  private static final int MAX_LAYER_SETS = 1_023;

  /**
   * Reads a whole NAL unit of type 32, emulation prevention still in it.
   *
   * @param nalUnit its indexes stay as they are
   * @throws MalformedException when it is no VPS, ends too early or a value is out of range
   */
  public static HevcVps read(ByteBuf nalUnit) {
    BitReader bits = HevcSps.open(nalUnit, HevcNalUnit.VPS, "VPS");
    int id = bits.small(4);
    bits.skip(2); // vps_base_layer_internal_flag, vps_base_layer_available_flag
    bits.skip(6); // vps_max_layers_minus1
    int maxSubLayersMinus1 = bits.small(3);
    bits.skip(1); // vps_temporal_id_nesting_flag
    bits.skip(16); // vps_reserved_0xffff_16bits
    ProfileTierLevel.read(bits);
    ProfileTierLevel.skipSubLayers(bits, maxSubLayersMinus1);
    boolean all = bits.flag(); // vps_sub_layer_ordering_info_present_flag
    for (int i = all ? 0 : maxSubLayersMinus1; i <= maxSubLayersMinus1; i++) {
      bits.ue("vps_max_dec_pic_buffering_minus1", Integer.MAX_VALUE);
      bits.ue("vps_max_num_reorder_pics", Integer.MAX_VALUE);
      bits.ue("vps_max_latency_increase_plus1", Integer.MAX_VALUE);
    }
    int maxLayerId = bits.small(6);
    int layerSets = bits.ue("vps_num_layer_sets_minus1", MAX_LAYER_SETS);
    for (int i = 0; i < layerSets; i++) {
      bits.skip(maxLayerId + 1); // layer_id_included_flag
    }
    HevcTiming timing = bits.flag() ? HevcTiming.read(bits) : null; // vps_timing_info_present_flag
    return new HevcVps(id, timing);
  }
}
