package dev.sluice.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.event.Spill.Line;
import dev.sluice.event.WebhookSender.Effect;
import dev.sluice.event.WebhookSender.Input;
import dev.sluice.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The engine on virtual time: alone, and with a receiver, a network and a disk that fail. */
class WebhookSenderTest {
  private static final long MAX = 10_000;

  private final WebhookSender sender =
      new WebhookSender(MAX, new SplittableRandom(1), List.of(), 0);

  private static Effect.@Nullable Post post(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Post post) {
        return post;
      }
    }
    return null;
  }

  private List<Effect> tell(String json) {
    return sender.step(new Input.Told(json), 0);
  }

  @Test
  void oneBatchAtATimeAndTheNextHoldsAllThatCame() {
    assertThat(tell("1"))
        .containsExactly(
            new Effect.Append(new Line.Added("1")), new Effect.Post(1, "{\"events\":[1]}"));
    assertThat(tell("2")).containsExactly(new Effect.Append(new Line.Added("2")));
    tell("3");
    assertThat(sender.step(new Input.Tick(), 60_000)).as("it is under way").isEmpty();
    assertThat(sender.step(new Input.Answered(1, true), 60_000))
        .containsExactly(
            new Effect.Append(new Line.Done(1)), new Effect.Post(2, "{\"events\":[2,3]}"));
    assertThat(sender.step(new Input.Answered(1, true), 0)).as("of another post").isEmpty();
    assertThat(sender.step(new Input.Answered(2, true), 0))
        .containsExactly(new Effect.Append(new Line.Done(2)));
    assertThat(List.of(sender.sent(), sender.failed(), sender.leftBytes()))
        .containsExactly(3L, 0L, 0L);
  }

  @Test
  void whatWasNotTakenComesAgainTheSameAfterAWhileThatDoubles() {
    Effect.Post first = post(tell("1"));
    assertThat(first).isNotNull();
    tell("2");
    long now = 0;
    long[] waits = {1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000};
    for (int i = 0; i < waits.length; i++) {
      List<Effect> effects = sender.step(new Input.Answered(i + 1L, false), now);
      assertThat(effects).isEqualTo(i == 2 ? List.of(new Effect.Down(true)) : List.of());
      assertThat(sender.step(new Input.Tick(), now + waits[i] / 2 - 1)).isEmpty();
      now += waits[i];
      assertThat(sender.step(new Input.Tick(), now))
          .containsExactly(new Effect.Post(i + 2L, "{\"events\":[1]}"));
    }
    assertThat(sender.step(new Input.Answered(waits.length + 1L, true), now))
        .containsExactly(
            new Effect.Down(false),
            new Effect.Append(new Line.Done(1)),
            new Effect.Post(waits.length + 2L, "{\"events\":[2]}"));
  }

  @Test
  void batchesAreBounded() {
    tell("0");
    for (int i = 1; i <= WebhookSender.MAX_BATCH + 1; i++) {
      tell(Integer.toString(i));
    }
    Effect.Post full = post(sender.step(new Input.Answered(1, true), 0));
    assertThat(full).isNotNull();
    assertThat(full.body().split(",", -1)).hasSize(WebhookSender.MAX_BATCH);
    Effect.Post rest = post(sender.step(new Input.Answered(2, true), 0));
    assertThat(rest).isEqualTo(new Effect.Post(3, "{\"events\":[101]}"));
    var large = new WebhookSender(1 << 30, new SplittableRandom(1), List.of(), 0);
    String half = "1".repeat(WebhookSender.MAX_BATCH_BYTES / 2);
    for (int i = 0; i < 4; i++) {
      large.step(new Input.Told(half), 0);
    }
    Effect.Post two = post(large.step(new Input.Answered(1, true), 0));
    assertThat(two).isNotNull();
    assertThat(two.body().split(",", -1)).hasSize(2);
  }

  @Test
  void pastTheBoundTheOldestThatAreNotUnderWayAreDroppedWhichIsTold() {
    String quarter = "1".repeat((int) MAX / 4);
    tell(quarter);
    sender.step(new Input.Answered(1, false), 0);
    for (int i = 0; i < 3; i++) {
      tell(quarter);
    }
    assertThat(tell("2"))
        .containsExactly(
            new Effect.Append(new Line.Added("2")), new Effect.Append(new Line.Dropped(1, 1)));
    assertThat(sender.dropped()).isEqualTo(1);
    sender.step(new Input.Missed(3), 0);
    sender.step(new Input.Tick(), 1_000);
    assertThat(sender.step(new Input.Answered(2, true), 1_000))
        .contains(new Effect.Lost(4))
        .contains(new Effect.Post(3, "{\"events\":[" + quarter + "," + quarter + ",2]}"));
    assertThat(sender.step(new Input.Answered(3, true), 0))
        .doesNotHaveAnyElementsOfTypes(Effect.Lost.class);
    String tooLarge = "1".repeat((int) MAX + 1);
    tell("3"); // under way
    tell("4");
    tell(tooLarge);
    assertThat(sender.left()).as("the newest stays whatever it is").isEqualTo(2);
  }

  @Test
  void theFileIsWrittenAnewWhenItIsMuchLargerThanWhatIsLeft() {
    String some = "1".repeat(9_000);
    List<Effect> last = List.of();
    int appended = 0;
    for (int number = 1; last.stream().noneMatch(Effect.Replace.class::isInstance); number++) {
      appended += some.length();
      tell(some);
      last = sender.step(new Input.Answered(number, true), 0);
    }
    assertThat(last).contains(new Effect.Replace(List.of()));
    assertThat((long) appended)
        .isBetween(
            WebhookSender.MAX_STALE_BYTES - some.length(),
            WebhookSender.MAX_STALE_BYTES + some.length());
  }

  @Test
  void aFileThatFailsIsWrittenAnewLater() {
    tell("1");
    tell("2");
    assertThat(sender.step(new Input.FileFailed(), 0)).isEmpty();
    assertThat(tell("3")).as("to no file").isEmpty();
    assertThat(sender.step(new Input.Tick(), WebhookSender.FILE_RETRY_MS - 1)).isEmpty();
    assertThat(sender.step(new Input.Tick(), WebhookSender.FILE_RETRY_MS))
        .containsExactly(
            new Effect.Replace(
                List.of(new Line.Added("1"), new Line.Added("2"), new Line.Added("3"))));
    assertThat(tell("4")).containsExactly(new Effect.Append(new Line.Added("4")));
  }

  /** A receiver, a network between, a disk, and a process that is killed. */
  private static final class World {
    private final RandomGenerator random;
    private final TreeSet<Integer> received = new TreeSet<>();
    private final List<Integer> firstTimes = new ArrayList<>();
    private final ByteBuf file = Unpooled.buffer();
    private final long maxBytes;
    private WebhookSender sender;
    private Effect.@Nullable Post running;
    private boolean diskFails;
    private int lost;
    private long now;

    World(RandomGenerator random, long maxBytes) {
      this.random = random;
      this.maxBytes = maxBytes;
      this.sender = new WebhookSender(maxBytes, random, List.of(), 0);
    }

    void step(Input input) {
      for (Effect effect : sender.step(input, now)) {
        switch (effect) {
          case Effect.Append(Line line) -> {
            if (!diskFails) {
              Spill.write(line, file);
            }
          }
          case Effect.Replace(List<Line> lines) -> {
            if (!diskFails) {
              file.clear();
              lines.forEach(line -> Spill.write(line, file));
            }
          }
          case Effect.Post post -> {
            assertThat(running).as("one at a time").isNull();
            running = post;
          }
          case Effect.Lost(long count) -> lost += (int) count;
          case Effect.Down _ -> {}
        }
        if (diskFails && !(effect instanceof Effect.Post)) {
          step(new Input.FileFailed());
        }
      }
    }

    /** The post comes to its end, one way or another. */
    void answer(boolean alive) {
      Effect.Post post = running;
      if (post == null) {
        return;
      }
      running = null;
      int fate = alive ? 0 : random.nextInt(3);
      if (fate < 2) { // it has come there, and 1: the answer is lost
        take(post.body());
      }
      step(new Input.Answered(post.number(), fate == 0));
    }

    private void take(String body) {
      String list = body.substring("{\"events\":[".length(), body.length() - 2);
      for (String text : list.split(",", -1)) {
        int number = Integer.parseInt(text);
        if (received.add(number)) {
          firstTimes.add(number);
        }
      }
    }

    /** Killed, in the middle of a write maybe, and started again. */
    void restart() {
      running = null;
      ByteBuf torn = file.copy();
      if (random.nextBoolean()) {
        Spill.write(new Line.Added("-1"), torn);
        int added = torn.readableBytes() - file.readableBytes();
        torn.writerIndex(torn.writerIndex() - 1 - random.nextInt(added));
      }
      Spill.Replay replay = Spill.read(torn);
      assertThat(replay.goodBytes()).isEqualTo(file.readableBytes());
      sender = new WebhookSender(maxBytes, random, replay.left(), replay.goodBytes());
    }
  }

  @Test
  void nothingIsLostOrOutOfOrderWhateverFails() {
    Seeds.run(
        200,
        random -> {
          var world = new World(random, 1 << 20);
          int told = 0;
          for (int step = 0; step < 2_000; step++) {
            world.now += random.nextInt(500);
            switch (random.nextInt(20)) {
              case 0 -> world.restart();
              case 1, 2, 3, 4, 5, 6, 7, 8 -> world.step(new Input.Told(Integer.toString(told++)));
              case 9, 10, 11, 12, 13 -> world.answer(random.nextBoolean());
              default -> world.step(new Input.Tick());
            }
          }
          finish(world);
          assertThat(world.firstTimes).as("in order").isSorted();
          assertThat(world.received).as("all").hasSize(told);
          assertThat(world.lost).isZero();
        });
  }

  /** The receiver is well again. */
  private static void finish(World world) {
    world.diskFails = false;
    for (int i = 0; i < 10_000 && world.sender.left() > 0; i++) {
      world.now += 1_000;
      world.step(new Input.Tick());
      world.answer(true);
    }
    assertThat(world.sender.left()).isZero();
  }

  @Test
  void whatIsLostForWantOfRoomIsToldToTheNumber() {
    Seeds.run(
        200,
        random -> {
          var world = new World(random, 40); // some ten of them
          int told = 0;
          for (int step = 0; step < 2_000; step++) {
            world.now += random.nextInt(500);
            world.diskFails = random.nextInt(50) == 0;
            switch (random.nextInt(8)) {
              case 0, 1, 2, 3 -> world.step(new Input.Told(Integer.toString(1_000 + told++)));
              case 4 -> world.answer(random.nextInt(4) == 0);
              default -> world.step(new Input.Tick());
            }
            assertThat(world.sender.left()).isLessThanOrEqualTo(100 + 11);
          }
          finish(world);
          world.step(new Input.Told("999999")); // what was dropped last is told with the next
          world.answer(true);
          assertThat(world.firstTimes).as("in order").isSorted();
          assertThat(world.received.size() - 1 + world.lost).isEqualTo(told);
        });
  }
}
