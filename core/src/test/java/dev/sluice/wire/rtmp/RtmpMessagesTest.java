package dev.sluice.wire.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RtmpMessagesTest {
  static Stream<Arguments> messages() {
    return Stream.of(
        Arguments.of(1, "0000EA60", new SetChunkSize(60_000)),
        Arguments.of(1, "7FFFFFFF", new SetChunkSize(Integer.MAX_VALUE)),
        Arguments.of(2, "00000006", new Abort(6)),
        Arguments.of(3, "FFFFFFFF", new Acknowledgement(-1)),
        Arguments.of(5, "002625A0", new WindowAcknowledgementSize(2_500_000)),
        Arguments.of(6, "002625A002", new SetPeerBandwidth(2_500_000, SetPeerBandwidth.DYNAMIC)),
        Arguments.of(4, "000000000001", new UserControl.StreamBegin(1)),
        Arguments.of(4, "000100000001", new UserControl.StreamEof(1)),
        Arguments.of(4, "000200000001", new UserControl.StreamDry(1)),
        Arguments.of(4, "000300000001000003E8", new UserControl.SetBufferLength(1, 1000)),
        Arguments.of(4, "000400000001", new UserControl.StreamIsRecorded(1)),
        Arguments.of(4, "000600000007", new UserControl.PingRequest(7)),
        Arguments.of(4, "0007FFFFFFFF", new UserControl.PingResponse(-1)),
        Arguments.of(4, "001F00000001", new UserControl.BufferEmpty(1)),
        Arguments.of(4, "002000000001", new UserControl.BufferReady(1)));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void readsAndWrites(int type, String hex, RtmpMessage message) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(message.type()).isEqualTo(type);
    assertThat(read(type, Unpooled.wrappedBuffer(bytes))).isEqualTo(message);
    assertThat(read(type, Unpooled.wrappedBuffer(bytes, new byte[] {1, 2}))).isEqualTo(message);
    ByteBuf out = Unpooled.buffer();
    message.write(out);
    assertThat(ByteBufUtil.getBytes(out)).isEqualTo(bytes);
    int needed = type == 6 ? 4 : bytes.length;
    for (int length = 0; length < needed; length++) {
      ByteBuf truncated = Unpooled.wrappedBuffer(bytes, 0, length);
      assertThatThrownBy(() -> read(type, truncated))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("with a body of");
    }
  }

  @Test
  void peerBandwidthMayLackItsLimit() {
    assertThat(read(6, hex("002625A0"))).isEqualTo(new SetPeerBandwidth(2_500_000, 0));
  }

  @Test
  void unknownEventsAndTypesAreKept() {
    assertThat(read(4, hex("001A"))).isEqualTo(new UserControl.OtherEvent(26));
    assertThat(read(4, hex("0005FF"))).isEqualTo(new UserControl.OtherEvent(5));
    for (int type : new int[] {0, 7, 10, 16, 19, 21, 23, 255}) {
      assertThat(read(type, hex("0102")))
          .isInstanceOfSatisfying(
              RtmpMessage.Other.class,
              other -> {
                assertThat(other.type()).isEqualTo(type);
                assertThat(ByteBufUtil.hexDump(other.body())).isEqualTo("0102");
              });
    }
  }

  @Test
  void mediaIsPassedThrough() {
    for (int type : new int[] {8, 9, 18, 22}) {
      RtmpMessage message = read(type, hex("0A0B"));
      assertThat(message.type()).isEqualTo(type);
      ByteBuf out = Unpooled.buffer();
      message.write(out);
      assertThat(ByteBufUtil.hexDump(out)).isEqualTo("0a0b");
    }
    assertThat(read(15, hex("000200016100")))
        .isInstanceOfSatisfying(
            RtmpMessage.Data.class,
            data -> assertThat(ByteBufUtil.hexDump(data.body())).isEqualTo("0200016100"));
  }

  @Test
  void readsCommandsOfBothKinds() {
    var command =
        new Command(
            "connect",
            1,
            AmfProperties.builder().put("app", "live").put("fpad", false).object(),
            List.of(AmfValue.of("a"), AmfValue.of(2), AmfValue.of(true), AmfValue.NULL));
    ByteBuf out = Unpooled.buffer();
    command.write(out);
    assertThat(read(20, out)).isEqualTo(command);
    assertThat(read(17, Unpooled.wrappedBuffer(hex("00"), out.duplicate()))).isEqualTo(command);
    assertThat(read(17, out)).as("without the marker").isEqualTo(command);
    assertThat(command.string(0, "?")).isEqualTo("a");
    assertThat(command.string(1, "?")).isEqualTo("?");
    assertThat(command.number(1, -1)).isEqualTo(2);
    assertThat(command.number(9, -1)).isEqualTo(-1);
    assertThat(command.bool(2, false)).isTrue();
    assertThat(command.bool(3, true)).isTrue();
    assertThat(command.objectProperties().string("app")).isEqualTo("live");
    assertThat(command.properties(0)).isEqualTo(AmfProperties.EMPTY);
  }

  @Test
  void commandsMayBeShortButNotNameless() {
    assertThat(read(20, hex("02000161"))).isEqualTo(new Command("a", 0, AmfValue.NULL, List.of()));
    assertThat(read(20, hex("02000161003FF0000000000000")))
        .isEqualTo(new Command("a", 1, AmfValue.NULL, List.of()));
    for (String nameless : new String[] {"", "05", "003FF0000000000000"}) {
      assertThatThrownBy(() -> read(20, hex(nameless)))
          .isInstanceOf(MalformedException.class)
          .hasMessage("command without a name");
    }
  }

  @Test
  void aggregatesComeApartWithTheirTimesRebased() {
    String tags =
        "08 000002 0003E8 00 000000 AF01 0000000D" // 1000 ms
            + "09 000001 000410 00 000000 17 0000000C" // 1040 ms
            + "12 000000 000000 01 000000 0000000B"; // 2^24 ms, no body
    RawMessage aggregate = new RawMessage(6, 1, 22, 5_000, hex(tags.replace(" ", "")));
    assertThat(split(aggregate)).containsExactly("8 @5000 af01", "9 @5040 17", "18 @16781216 ");
    assertThat(aggregate.body().refCnt()).isEqualTo(1);
  }

  @Test
  void theLastSizeOfAnAggregateMayBeMissing() {
    assertThat(split(new RawMessage(6, 1, 22, 0, hex("0800000100000000000000FF"))))
        .containsExactly("8 @0 ff");
    assertThat(split(new RawMessage(6, 1, 22, 0, hex("0800000100000000000000FF0000"))))
        .containsExactly("8 @0 ff");
    assertThat(split(new RawMessage(6, 1, 22, 0, Unpooled.EMPTY_BUFFER))).isEmpty();
  }

  @Test
  void aTruncatedAggregateIsRefused() {
    byte[] bytes = HexFormat.of().parseHex("0800000300000000000000AABBCC0000000E");
    for (int length = 1; length < 14; length++) {
      RawMessage aggregate = new RawMessage(6, 1, 22, 0, Unpooled.wrappedBuffer(bytes, 0, length));
      assertThatThrownBy(() -> split(aggregate))
          .isInstanceOf(MalformedException.class)
          .hasMessageStartingWith("message in an aggregate with a body of");
      assertThat(aggregate.body().refCnt()).isEqualTo(1);
    }
    assertThatThrownBy(() -> split(new RawMessage(6, 1, 22, 0, hex("1600000000000000000000"))))
        .hasMessage("aggregate message inside an aggregate message");
  }

  private static List<String> split(RawMessage aggregate) {
    List<String> parts = new ArrayList<>();
    var splitter = new Aggregate.Splitter(aggregate);
    for (RawMessage part; (part = splitter.next()) != null; ) {
      parts.add(part.type() + " @" + part.timestampMs() + " " + ByteBufUtil.hexDump(part.body()));
      part.body().release();
    }
    return parts;
  }

  private static RtmpMessage read(int type, ByteBuf body) {
    int readable = body.readableBytes();
    RtmpMessage message = RtmpMessage.read(new RawMessage(3, 0, type, 0, body));
    assertThat(body.readableBytes()).isEqualTo(readable);
    return message;
  }

  private static ByteBuf hex(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
  }
}
