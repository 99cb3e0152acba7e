package dev.sluice.mux.flv;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBufUtil;
import java.util.List;

/** Keeps configurations and payloads as hexadecimal digits. */
record KeepPayloads(List<String> hex) implements SourceOutput {
  @Override
  public void track(Track track) {
    hex.add(track.configuration().toString());
  }

  @Override
  public void unit(SourceUnit unit) {
    hex.add(ByteBufUtil.hexDump(unit.payload()));
    unit.payload().release();
  }

  @Override
  public void metadata(Bytes message) {
    hex.add(message.toString());
  }
}
