package dev.sluice.session.rtmp;

import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.Command;
import dev.sluice.wire.rtmp.RtmpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** The commands and data messages by which a server tells how things stand. */
final class Statuses {
  /** Of every status; Flash wanted one, and SRS has always sent this. */
  private static final String CLIENT_ID = "ASAICiss";

  private Statuses() {}

  /** An information object. */
  static AmfProperties.Builder info(String level, String code, String description) {
    return AmfProperties.builder()
        .put("level", level)
        .put("code", code)
        .put("description", description);
  }

  /**
   * Success of {@code connect}.
   *
   * @param fmsVersion product and version, as Adobe's server wrote them
   * @param data added to {@code data} of the information object: who and where this is
   */
  static Command connected(
      double transactionId,
      String fmsVersion,
      int objectEncoding,
      Capabilities capabilities,
      AmfProperties data) {
    AmfProperties.Builder object =
        AmfProperties.builder().put("fmsVer", fmsVersion).put("capabilities", 127).put("mode", 1);
    capabilities.addTo(object);
    AmfProperties.Builder details =
        AmfProperties.builder().put("version", fmsVersion.substring(fmsVersion.indexOf('/') + 1));
    data.asMap().forEach(details::put);
    AmfValue info =
        info("status", "NetConnection.Connect.Success", "Connection succeeded.")
            .put("objectEncoding", objectEncoding)
            .put("data", details.ecmaArray())
            .object();
    return new Command("_result", transactionId, object.object(), List.of(info));
  }

  static Command onStatus(String level, String code, String description) {
    return onStatus(info(level, code, description).put("clientid", CLIENT_ID));
  }

  static Command onStatus(AmfProperties.Builder info) {
    return Command.of("onStatus", 0, info.object());
  }

  /** Success of {@code play}, with the stream's name. */
  static Command onPlay(String code, String description, String stream) {
    return onStatus(
        info("status", code, description).put("details", stream).put("clientid", CLIENT_ID));
  }

  /** What FMLE waits for beside the status. */
  static Command onFcPublish() {
    return fc("onFCPublish", "NetStream.Publish.Start", "Started publishing stream.");
  }

  static Command onFcUnpublish() {
    return fc("onFCUnpublish", "NetStream.Unpublish.Success", "Stop publishing stream.");
  }

  private static Command fc(String name, String code, String description) {
    return Command.of(
        name,
        0,
        AmfProperties.builder().put("code", code).put("description", description).object());
  }

  /** Tells a client to go elsewhere, as SRS and its edges understand it. */
  static AmfProperties.Builder redirect(String tcUrl, String url) {
    return info("error", "NetConnection.Connect.Rejected", "RTMP 302 redirect to " + url)
        .put(
            "ex",
            AmfProperties.builder()
                .put("code", 302)
                .put("redirect", tcUrl)
                .put("redirect2", url)
                .object());
  }

  /** Allows a player to look at the samples; part of every answer to {@code play}. */
  static RtmpMessage sampleAccess() {
    return data(AmfValue.of("|RtmpSampleAccess"), AmfValue.of(true), AmfValue.of(true));
  }

  /** The end of what is played, for players that do not look at statuses. */
  static RtmpMessage onPlayComplete() {
    return data(
        AmfValue.of("onPlayStatus"),
        info("status", "NetStream.Play.Complete", "The stream has ended.").object());
  }

  private static RtmpMessage data(AmfValue... values) {
    ByteBuf body = Unpooled.buffer(64);
    Amf0.writeAll(body, values);
    return new RtmpMessage.Data(body);
  }
}
