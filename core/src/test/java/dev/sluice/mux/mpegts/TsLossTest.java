package dev.sluice.mux.mpegts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.mpegts.PacketHeader;
import dev.sluice.wire.mpegts.PesHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A stream of which packets are lost, come late or come twice, from a seed: faults are counted as
 * they were made, and what they did not touch comes through.
 */
class TsLossTest {
  /** Packets at the beginning that stay: tables, and the first of each stream. */
  private static final int KEPT = 12;

  /** One packet of the stream as it was sent. */
  private record Packet(Bytes bytes, int pid, boolean hasPayload, int number, int unit) {}

  @ParameterizedTest
  @EnumSource(TsSettings.Damage.class)
  void faultsAreCountedAsTheyWereMade(TsSettings.Damage damage) {
    Seeds.run(40, random -> run(random, damage));
  }

  private static void run(RandomGenerator random, TsSettings.Damage damage) {
    List<AccessUnit> units = MuxUnits.of(random, MuxUnits.BEGIN, 400, 20);
    List<Packet> sent = packets(units);
    List<Packet> came = spoil(sent, random);

    var dump = new TsDump();
    var allocator = new UnpooledByteBufAllocator(false, true);
    var demuxer = new TsDemuxer(dump, dump, TsSettings.DEFAULT.withDamage(damage), allocator);
    ByteBuf stream = Unpooled.buffer();
    came.forEach(packet -> packet.bytes.writeTo(stream));
    TsClips.feed(stream, random.nextInt(1, 4_000), demuxer);
    demuxer.end();
    demuxer.close();
    assertThat(allocator.metric().usedDirectMemory()).isZero();

    Truth truth = new Truth(sent, came);
    assertThat(demuxer.count(TsFault.LOST)).as("lost").isEqualTo(truth.lost);
    assertThat(demuxer.count(TsFault.LATE)).as("late").isEqualTo(truth.late);
    assertThat(demuxer.count(TsFault.DUPLICATE)).as("twice").isEqualTo(truth.twice);
    assertThat(demuxer.count(TsFault.SYNC_LOST)).isZero();
    long leftOut = checkPictures(units, truth, dump, damage);
    if (damage != TsSettings.Damage.PASS) {
      assertThat(demuxer.count(TsFault.BEFORE_RANDOM_ACCESS)).isEqualTo(leftOut);
    }
  }

  /** The stream packet by packet, each with the number of its PES packet in its PID. */
  private static List<Packet> packets(List<AccessUnit> units) {
    var muxer = new TsMuxer();
    muxer.configure(List.of(MuxUnits.H264, MuxUnits.AAC));
    ByteBuf stream = Unpooled.buffer();
    for (int at = 0; at < units.size(); at += 7) {
      muxer.write(units.subList(at, Math.min(units.size(), at + 7)), stream);
    }
    List<Packet> packets = new ArrayList<>();
    Map<Integer, Integer> numbers = new HashMap<>();
    Map<Integer, Integer> starts = new HashMap<>();
    while (stream.isReadable()) {
      int word = stream.getInt(stream.readerIndex());
      int pid = PacketHeader.pid(word);
      boolean payload = PacketHeader.hasPayload(word);
      if (PacketHeader.unitStart(word)) {
        starts.merge(pid, 1, Integer::sum);
      }
      byte[] bytes = new byte[PacketHeader.PACKET_SIZE];
      stream.readBytes(bytes);
      int number = payload ? numbers.merge(pid, 1, Integer::sum) : 0;
      packets.add(
          new Packet(Bytes.of(bytes), pid, payload, number, starts.getOrDefault(pid, 0) - 1));
    }
    return packets;
  }

  /** 1 % lost, 1 % up to three packets later than sent, 0.5 % twice. */
  private static List<Packet> spoil(List<Packet> sent, RandomGenerator random) {
    List<Packet> came = new ArrayList<>();
    Map<Integer, List<Packet>> delayed = new HashMap<>();
    for (int i = 0; i < sent.size(); i++) {
      Packet packet = sent.get(i);
      int chance = i < KEPT || i >= sent.size() - 20 ? 1_000 : random.nextInt(1_000);
      if (chance < 10) {
        continue;
      }
      if (chance < 20) {
        delayed.computeIfAbsent(i + random.nextInt(1, 4), _ -> new ArrayList<>()).add(packet);
      } else {
        came.add(packet);
        if (chance < 25) {
          came.add(packet);
        }
      }
      came.addAll(delayed.getOrDefault(i, List.of()));
    }
    return came;
  }

  /** What became of the packets, seen from outside. */
  private static final class Truth {
    long lost;
    long late;
    long twice;

    /** PES packets that came whole and in order, by PID and number. */
    private final Map<Integer, Map<Integer, Integer>> whole = new HashMap<>();

    private final Map<Integer, Map<Integer, Integer>> needed = new HashMap<>();

    @SuppressWarnings("ReferenceEquality") // the same one came twice, not an equal one
    Truth(List<Packet> sent, List<Packet> came) {
      Map<Integer, Integer> highest = new HashMap<>();
      Map<Integer, Integer> arrived = new HashMap<>();
      Packet before = null;
      for (Packet packet : came) {
        if (!packet.hasPayload) {
          continue;
        }
        int last = highest.getOrDefault(packet.pid, 0);
        if (packet == before) {
          twice++;
        } else if (packet.number < last) {
          late++;
          arrived.merge(packet.pid, 1, Integer::sum);
        } else {
          highest.put(packet.pid, packet.number);
          arrived.merge(packet.pid, 1, Integer::sum);
          whole
              .computeIfAbsent(packet.pid, _ -> new HashMap<>())
              .merge(packet.unit, 1, Integer::sum);
        }
        before = packet;
      }
      highest.forEach((pid, last) -> lost += last - arrived.getOrDefault(pid, 0));
      for (Packet packet : sent) {
        if (packet.hasPayload) {
          needed
              .computeIfAbsent(packet.pid, _ -> new HashMap<>())
              .merge(packet.unit, 1, Integer::sum);
        }
      }
    }

    boolean isWhole(int pid, int unit) {
      return whole.getOrDefault(pid, Map.of()).getOrDefault(unit, 0).intValue()
          == needed.getOrDefault(pid, Map.of()).getOrDefault(unit, 0).intValue();
    }
  }

  /**
   * Pictures go on with the next whole one, or with the next whole random access point where that
   * is what was asked for. Returns how many whole ones were left out until then.
   */
  private static long checkPictures(
      List<AccessUnit> units, Truth truth, TsDump dump, TsSettings.Damage damage) {
    List<String> whole = new ArrayList<>();
    boolean waiting = true; // for parameter sets, which come with the first whole random access
    int picture = 0;
    long leftOut = 0; // after the first, before which nothing is known of the track
    for (AccessUnit unit : units) {
      if (unit.track().kind() != Track.Kind.VIDEO) {
        continue;
      }
      if (!truth.isWhole(0x100, picture++)) {
        waiting |= damage == TsSettings.Damage.DROP_TO_RANDOM_ACCESS;
      } else if (!waiting || unit.randomAccess()) {
        waiting = false;
        whole.add(line(unit.dts() % PesHeader.TIME_RANGE, Bytes.copyOf(unit.payload())));
      } else if (!whole.isEmpty()) {
        leftOut++;
      }
    }
    List<String> got = new ArrayList<>();
    for (int i = 0; i < dump.units.size(); i++) {
      if (dump.units.get(i).track().kind() == Track.Kind.VIDEO) {
        got.add(line(dump.units.get(i).dts(), dump.payloads.get(i)));
      }
    }
    if (damage == TsSettings.Damage.PASS) {
      assertThat(got).containsSubsequence(whole);
    } else {
      for (int i = 0; i < Math.min(got.size(), whole.size()); i++) {
        assertThat(got.get(i)).isEqualTo(whole.get(i));
      }
      assertThat(got).hasSameSizeAs(whole);
    }
    checkSound(units, dump, damage);
    return leftOut;
  }

  private static String line(long dts, Bytes payload) {
    return "%d %d B %08X".formatted(dts, payload.size(), payload.hashCode());
  }

  /** No frame is made up, and none is at another time than it was. */
  private static void checkSound(List<AccessUnit> units, TsDump dump, TsSettings.Damage damage) {
    Map<String, Long> times = new HashMap<>();
    for (AccessUnit unit : units) {
      if (unit.track().kind() == Track.Kind.AUDIO) {
        long time = unit.track().timescale().convertRounded(unit.dts(), Timescale.VIDEO);
        times.put(Bytes.copyOf(unit.payload()).toString(), time % PesHeader.TIME_RANGE);
      }
    }
    int sound = 0;
    for (int i = 0; i < dump.units.size(); i++) {
      if (dump.units.get(i).track().kind() == Track.Kind.AUDIO) {
        sound++;
        Long time = times.get(dump.payloads.get(i).toString());
        if (damage != TsSettings.Damage.PASS) {
          assertThat(time).as("a frame that was sent").isNotNull();
          // within a tick: frames that share a PES packet are counted from its first
          assertThat(Math.abs(dump.units.get(i).dts() - time)).isLessThanOrEqualTo(1);
        }
      }
    }
    assertThat(sound).isGreaterThan(times.size() * 8 / 10);
  }
}
