package dev.sluice.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
  private static final String FIXTURE = "dev.sluice.architecture.fixture";

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/dev/sluice/testkit/"))
          .importPackages("dev.sluice");

  private static final JavaClasses VIOLATIONS = new ClassFileImporter().importPackages(FIXTURE);

  private static final Map<String, ArchRule> FIXTURE_RULES = new Rules(FIXTURE).all();

  static List<ArchRule> rules() {
    return List.copyOf(new Rules("dev.sluice").all().values());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(PRODUCT);
  }

  @Test
  void looksAtAllModules() {
    assertThat(PRODUCT.stream().map(JavaClass::getName))
        .contains("dev.sluice.Main", "dev.sluice.media.StreamName", "dev.sluice.hub.Loop")
        .contains("dev.sluice.control.Store");
  }

  /** A rule that cannot fail proves nothing: each names the fixture that breaks it. */
  @ParameterizedTest(name = "{0}: found in {1}")
  @CsvSource({
    "arrows of wire, wire.Reaches",
    "arrows of media, media.Reaches",
    "arrows of mux, mux.Reaches",
    "arrows of session, session.Reaches",
    "arrows of hub, hub.Reaches",
    "arrows of net, net.Reaches",
    "arrows of endpoint, endpoint.rtmp.Reaches",
    "arrows of restream, restream.Reaches",
    "arrows of cluster, cluster.Reaches",
    "arrows of record, record.Reaches",
    "arrows of access, access.Reaches",
    "arrows of event, event.Reaches",
    "arrows of node, node.Reaches",
    "arrows of imports, imports.Reaches",
    "arrows of control, control.Reaches",
    "arrows of manager, manager.Reaches",
    "arrows of bench, bench.Reaches",
    "arrows of cli, cli.Reaches",
    "endpoint siblings, endpoint.rtmp.Reaches",
    "every package is in the table, attic.Stray",
    "core memory, wire.UsesChannel",
    "core purity, mux.UsesSocket",
    "core purity, media.UsesThread",
    "hub threads, hub.UsesEventLoop",
    "hub names, hub.RtmpViewer",
    "names, hub.StreamManager",
    "nullness, attic.Stray",
  })
  void canFail(String rule, String culprit) {
    assertThat(failures(rule)).anyMatch(line -> line.contains(FIXTURE + "." + culprit));
  }

  @Test
  void everyRuleHasAFixtureThatBreaksIt() {
    assertThat(FIXTURE_RULES.values())
        .allSatisfy(rule -> assertThat(failures(rule.getDescription())).isNotEmpty());
  }

  @ParameterizedTest(name = "{0} is found")
  @CsvSource({
    "System.currentTimeMillis()",
    "System.nanoTime()",
    "Thread.sleep(long)",
    "Math.random()",
    "Random.<init>()",
    "SplittableRandom.<init>()",
    "UUID.randomUUID()",
    "ThreadLocalRandom.current()",
    "RandomGenerator.getDefault()",
    "Instant.now()",
    "Clock.systemUTC()",
    "TimeUnit.sleep(long)",
  })
  void clocksSleepsAndChanceAreFound(String call) {
    assertThat(failures("no clock"))
        .anyMatch(line -> line.contains("hub.ReadsTheWorld") && line.contains(call));
  }

  @Test
  void seededRandomnessIsNotFound() {
    assertThat(failures("no clock")).noneMatch(line -> line.contains("hub.IsGivenASeed"));
  }

  private static List<String> failures(String rule) {
    ArchRule found = FIXTURE_RULES.get(rule);
    assertThat(found).as("rule \"%s\"", rule).isNotNull();
    return found.evaluate(VIOLATIONS).getFailureReport().getDetails();
  }
}
