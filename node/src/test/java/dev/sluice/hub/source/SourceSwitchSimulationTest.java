package dev.sluice.hub.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Three sources that die, freeze, lie and return at random, two minutes of virtual time for each
 * seed. {@code -Dswitch.seeds=10000} for more of them, {@code -Dseed=N} to replay one.
 */
class SourceSwitchSimulationTest {
  private static final int SEEDS = Integer.getInteger("switch.seeds", 300);

  /** Seeds that failed once. */
  private static final long[] KEPT = {8197, 8339};

  @Test
  void whateverSourcesDoViewersGetTheBestThereIs() {
    Seeds.run(SEEDS, random -> new SwitchSimulation(random).run(), KEPT);
  }

  @Test
  void aSeedTellsTheSameStoryAgain() {
    String story = new SwitchSimulation(new SplittableRandom(7)).run();
    assertThat(story).contains("Switch[");
    assertThat(new SwitchSimulation(new SplittableRandom(7)).run()).isEqualTo(story);
  }
}
