package dev.sluice.session.rtmp;

import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.Command;
import dev.sluice.wire.rtmp.RtmpMessage;
import dev.sluice.wire.rtmp.UserControl;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.stream.Collectors;

/** Messages as one line of text that a reviewer can judge. */
final class MessageText {
  private MessageText() {}

  static String of(RtmpMessage message) {
    return switch (message) {
      case Command(var name, var id, var object, var arguments) ->
          name
              + " "
              + (long) id
              + " "
              + of(object)
              + (arguments.isEmpty() ? "" : " " + of(arguments));
      case UserControl event -> event.toString();
      case RtmpMessage.Control control -> control.toString();
      case RtmpMessage.Data(var body) -> "data " + of(Amf0.readAll(body.duplicate()));
      case RtmpMessage.Audio(var body) ->
          "audio " + body.readableBytes() + " B hash " + ByteBufUtil.hashCode(body);
      case RtmpMessage.Video(var body) ->
          "video " + body.readableBytes() + " B hash " + ByteBufUtil.hashCode(body);
      default -> "type " + message.type();
    };
  }

  private static String of(List<AmfValue> values) {
    return values.stream().map(MessageText::of).collect(Collectors.joining(" "));
  }

  private static String of(AmfValue value) {
    return switch (value) {
      case AmfValue.Str(String text) -> text;
      case AmfValue.Num(double number) ->
          number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
      case AmfValue.Bool(boolean truth) -> Boolean.toString(truth);
      case AmfValue.Null _ -> "null";
      case AmfValue.Undefined _ -> "undefined";
      case AmfValue.Named named ->
          named.properties().asMap().entrySet().stream()
              .map(entry -> entry.getKey() + ": " + of(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> value.toString();
    };
  }
}
