package dev.sluice.wire.rtmp;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * A call, or the answer to one (RTMP 1.0, section 7.1.1). Read from AMF0 and from AMF3 messages
 * alike, written in AMF0, which every client understands.
 *
 * @param name of the procedure, or {@code _result}, {@code _error}, {@code onStatus} …
 * @param transactionId 0 where no answer is expected; a whole number in all clients known
 * @param object the command object; null where there is none
 * @param arguments what follows it
 */
public record Command(String name, double transactionId, AmfValue object, List<AmfValue> arguments)
    implements RtmpMessage {
  public Command {
    arguments = List.copyOf(arguments);
  }

  /** A command without a command object. */
  public static Command of(String name, double transactionId, AmfValue... arguments) {
    return new Command(name, transactionId, AmfValue.NULL, List.of(arguments));
  }

  /** Reads the body, in AMF0; a missing transaction ID is 0, a missing object null. */
  static Command read(ByteBuf body) {
    List<AmfValue> values = Amf0.readAll(body);
    if (values.isEmpty() || !(values.getFirst() instanceof AmfValue.Str(String name))) {
      throw new MalformedException("command without a name");
    }
    return new Command(
        name,
        values.size() > 1 && values.get(1) instanceof AmfValue.Num(double id) ? id : 0,
        values.size() > 2 ? values.get(2) : AmfValue.NULL,
        values.size() > 3 ? values.subList(3, values.size()) : List.of());
  }

  @Override
  public int type() {
    return MessageType.COMMAND_AMF0;
  }

  @Override
  public void write(ByteBuf out) {
    Amf0.writeAll(out, AmfValue.of(name), AmfValue.of(transactionId), object);
    arguments.forEach(argument -> Amf0.write(argument, out));
  }

  /** The argument at {@code index}, null (the AMF value) where there is none. */
  public AmfValue argument(int index) {
    return index < arguments.size() ? arguments.get(index) : AmfValue.NULL;
  }

  /** The argument at {@code index} as text, {@code fallback} where it is none. */
  public String string(int index, String fallback) {
    return argument(index) instanceof AmfValue.Str(String text) ? text : fallback;
  }

  /** The argument at {@code index} as a number, {@code fallback} where it is none. */
  public double number(int index, double fallback) {
    return switch (argument(index)) {
      case AmfValue.Num(double number) -> number;
      case AmfValue.Int(int number) -> number;
      default -> fallback;
    };
  }

  /** The argument at {@code index} as a boolean, {@code fallback} where it is none. */
  public boolean bool(int index, boolean fallback) {
    return argument(index) instanceof AmfValue.Bool(boolean truth) ? truth : fallback;
  }

  /** Properties of the argument at {@code index}; none where it is no object. */
  public AmfProperties properties(int index) {
    return propertiesOf(argument(index));
  }

  /** Properties of the command object; none where it is no object. */
  public AmfProperties objectProperties() {
    return propertiesOf(object);
  }

  private static AmfProperties propertiesOf(AmfValue value) {
    return value instanceof AmfValue.Named named ? named.properties() : AmfProperties.EMPTY;
  }
}
