package dev.sluice.session.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.session.link.LinkIntake.Behind;
import dev.sluice.session.link.LinkIntake.Good;
import dev.sluice.session.link.LinkIntake.Over;
import dev.sluice.wire.Bytes;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkIntakeTest {
  private static final LinkRecord HELLO = new LinkRecord.Greeting(1, 0, 1, 0);
  private static final LinkRecord CUTTING = new LinkRecord.Cutting(true, 1, 1, 1);
  private static final LinkRecord TRACKS = new LinkRecord.Tracks(Bytes.EMPTY, List.of());
  private static final LinkRecord LINE = new LinkRecord.Line(Bytes.ofHex("01"));
  private static final LinkRecord SETTLED = new LinkRecord.Settled(1);

  private static LinkRecord unit(int ordinal) {
    return new LinkRecord.Unit(0, true, ordinal, 0, 0, Unpooled.EMPTY_BUFFER);
  }

  private static LinkIntake media(LinkRecord... before) {
    return fed(new LinkIntake(true, 0), before);
  }

  private static LinkIntake fed(LinkIntake intake, LinkRecord... records) {
    for (LinkRecord record : records) {
      assertThat(intake.take(record, 0)).as("%s", record).isInstanceOf(Good.class);
    }
    return intake;
  }

  @Test
  void theGreetingComesFirstAndOnce() {
    for (LinkRecord record : LinkRecordTest.examples()) {
      boolean greeting = record instanceof LinkRecord.Greeting;
      assertThat(media().take(record, 0) instanceof Over).as("%s", record).isEqualTo(!greeting);
    }
    assertThat(media(HELLO).take(HELLO, 0)).isInstanceOf(Over.class);
    assertThat(media().take(new LinkRecord.Greeting(2, 0, 1, 0), 0))
        .isEqualTo(new Over("the source speaks version 2 of the link, this node 1"));
  }

  @Test
  void marksComeWhenItWasSaidHowTheStreamIsCut() {
    assertThat(media(HELLO).take(LINE, 0)).isInstanceOf(Over.class);
    assertThat(media(HELLO).take(SETTLED, 0)).isInstanceOf(Over.class);
    assertThat(media(HELLO, CUTTING, LINE).take(SETTLED, 0)).isInstanceOf(Over.class);
    assertThat(media(HELLO).take(new LinkRecord.UpToDate(), 0)).isInstanceOf(Over.class);
    LinkIntake intake = media(HELLO, CUTTING, LINE, new LinkRecord.UpToDate(), SETTLED, LINE);
    assertThat(intake.take(CUTTING, 0)).isInstanceOf(Over.class);
    assertThat(intake.take(LINE, 0)).isEqualTo(new Over("the link is over"));
  }

  @Test
  void unitsComeBehindTheirTracksAndAreCounted() {
    assertThat(media(HELLO).take(unit(0), 0)).isInstanceOf(Over.class);
    LinkIntake intake = media(HELLO, TRACKS);
    assertThat(intake.take(unit(-2), 0)).isInstanceOf(Behind.class);
    assertThat(intake.take(unit(-1), 0)).isInstanceOf(Good.class);
    assertThat(intake.take(unit(0), 0)).isInstanceOf(Good.class);
    assertThat(intake.take(unit(2), 0)).isInstanceOf(Behind.class);
    assertThat(intake.take(unit(3), 0)).isInstanceOf(Good.class);
    assertThat(intake.take(unit(3), 0)).isInstanceOf(Behind.class);
  }

  @Test
  void theCatalogueHasEntriesAndNothingElse() {
    LinkIntake intake = fed(new LinkIntake(false, 0), HELLO);
    fed(
        intake,
        new LinkRecord.Listed("a", true, 0),
        new LinkRecord.UpToDate(),
        new LinkRecord.Gone("a"),
        new LinkRecord.Beat(0),
        new LinkRecord.Unknown(99, 3));
    for (LinkRecord record : List.of(CUTTING, TRACKS, unit(0), LINE, SETTLED)) {
      assertThat(fed(new LinkIntake(false, 0), HELLO).take(record, 0)).isInstanceOf(Over.class);
    }
    assertThat(media(HELLO).take(new LinkRecord.Gone("a"), 0)).isInstanceOf(Over.class);
    assertThat(intake.take(new LinkRecord.End("shutting-down"), 0))
        .isEqualTo(new Over("the source says shutting-down"));
  }

  @Test
  void aSilentSourceIsGivenUp() {
    LinkIntake intake = media(HELLO);
    assertThat(intake.tick(LinkIntake.SILENT_NS - 1)).isNull();
    assertThat(intake.tick(LinkIntake.SILENT_NS)).isNotNull();
    intake.take(new LinkRecord.Beat(0), LinkIntake.SILENT_NS);
    assertThat(intake.tick(2 * LinkIntake.SILENT_NS - 1)).isNull();
  }
}
