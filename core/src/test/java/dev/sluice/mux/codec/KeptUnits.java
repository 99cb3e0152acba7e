package dev.sluice.mux.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.Track;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a normaliser gives, as hexadecimal digits, and releases it. */
final class KeptUnits implements Normaliser.Output {
  record Unit(Track track, boolean randomAccess, String payload) {}

  final List<Unit> units = new ArrayList<>();

  @Override
  public void unit(Track track, boolean randomAccess, ByteBuf payload) {
    units.add(new Unit(track, randomAccess, ByteBufUtil.hexDump(payload)));
    assertThat(payload.refCnt()).isPositive();
    payload.release();
  }

  Unit last() {
    return units.getLast();
  }

  List<String> payloads() {
    return units.stream().map(Unit::payload).toList();
  }
}
