package dev.sluice.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * The arrows of {@code docs/architecture.md} and what the layers may touch, as rules over any root
 * package: over {@code dev.sluice} they have to hold, over the fixtures each has to fail.
 */
final class Rules {
  /** Pure packages: bytes, frames and time. */
  private static final List<String> CORE = List.of("wire", "media", "mux", "session");

  private static final List<String> NODE =
      List.of(
          "hub",
          "endpoint",
          "restream",
          "cluster",
          "record",
          "access",
          "event",
          "net",
          "node",
          "control");

  /** Package → packages of ours that it may use besides itself. */
  private static final Map<String, List<String>> ARROWS =
      Map.ofEntries(
          Map.entry("wire", List.of()),
          Map.entry("media", List.of("wire")),
          Map.entry("mux", List.of("wire", "media")),
          Map.entry("session", List.of("wire")),
          Map.entry("hub", List.of("wire", "media", "mux")),
          Map.entry("net", List.of("wire", "media", "mux", "hub")),
          Map.entry("endpoint", List.of("wire", "media", "mux", "session", "hub", "net")),
          Map.entry("restream", List.of("wire", "media", "mux", "hub", "control")),
          Map.entry("cluster", List.of("wire", "media", "mux", "session", "hub", "control", "net")),
          Map.entry("record", List.of("wire", "media", "mux", "hub")),
          Map.entry("access", List.of("wire", "media", "mux", "hub")),
          Map.entry("event", List.of("wire", "media", "mux", "hub", "access")),
          Map.entry("node", concat(CORE, NODE)),
          Map.entry("imports", List.of("wire", "media", "access", "node")),
          Map.entry("control", List.of()),
          Map.entry("manager", List.of("control")),
          Map.entry("bench", concat(CORE, List.of())),
          Map.entry("cli", concat(concat(CORE, NODE), List.of("imports", "manager", "bench", ""))));

  /** Where clocks, sleeps and randomness are made, to be passed to all others. */
  private static final List<String> WIRING = List.of("node", "net", "bench", "cli");

  private final String root;

  Rules(String root) {
    this.root = root;
  }

  /** All rules by name. */
  Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    new TreeSet<>(ARROWS.keySet()).forEach(from -> rules.put("arrows of " + from, arrows(from)));
    rules.put("endpoint siblings", siblings());
    rules.put("every package is in the table", known());
    rules.put("core memory", coreKnowsNettyAsMemory());
    rules.put("core purity", coreIsPure());
    rules.put("hub threads", hubSeesItsOwnLoop());
    rules.put("hub names", hubNamesNoProtocol());
    rules.put("no clock", noClockNoSleepNoChance());
    rules.put("names", noEmptyNames());
    rules.put("nullness", packagesAreNullMarked());
    rules.replaceAll((name, rule) -> rule.allowEmptyShould(true).as(name));
    return rules;
  }

  private ArchRule arrows(String from) {
    String[] allowed =
        Stream.concat(Stream.of(from), arrowsOf(from).stream())
            .map(to -> to.isEmpty() ? root : in(to))
            .toArray(String[]::new);
    return noClasses()
        .that(resideInAPackage(in(from)))
        .should()
        .dependOnClassesThat(resideInAPackage(root + "..").and(not(resideInAnyPackage(allowed))));
  }

  private ArchRule siblings() {
    return slices().matching(root + ".endpoint.(*)..").should().notDependOnEachOther();
  }

  private ArchRule known() {
    String[] packages =
        Stream.concat(Stream.of(root), ARROWS.keySet().stream().map(this::in))
            .toArray(String[]::new);
    return classes().that(resideInAPackage(root + "..")).should().resideInAnyPackage(packages);
  }

  private ArchRule coreKnowsNettyAsMemory() {
    return noClasses()
        .that(resideInAnyPackage(in(CORE)))
        .should()
        .dependOnClassesThat(
            resideOutsideOf(
                root + "..",
                "java..",
                "javax.crypto..",
                "javax.xml.stream..",
                "org.jspecify.annotations..",
                "io.netty.buffer..",
                "io.netty.util"));
  }

  private ArchRule coreIsPure() {
    DescribedPredicate<JavaClass> syntaxOnly =
        name("java.net.URI")
            .or(name("java.net.URISyntaxException"))
            .or(name("java.net.URLDecoder"))
            .or(name("java.net.URLEncoder"))
            .or(name("java.util.concurrent.TimeUnit"))
            .forSubtype();
    DescribedPredicate<JavaClass> world =
        resideInAnyPackage(
                "java.net..", "java.nio.channels..", "java.nio.file..", "java.util.concurrent..")
            .or(name("java.lang.Thread").forSubtype())
            .or(name("java.lang.ThreadLocal").forSubtype())
            .or(name("java.lang.ProcessBuilder").forSubtype())
            .or(name("java.io.File").forSubtype());
    return noClasses()
        .that(resideInAnyPackage(in(CORE)))
        .should()
        .dependOnClassesThat(world.and(not(syntaxOnly)));
  }

  private ArchRule hubSeesItsOwnLoop() {
    return noClasses()
        .that(resideInAPackage(in("hub")))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.vertx..", "io.netty.channel..", "io.netty.util.concurrent.."));
  }

  private ArchRule hubNamesNoProtocol() {
    return noClasses()
        .that(resideInAPackage(in("hub")))
        .and()
        .areTopLevelClasses() // nested ones may hold what a protocol calls a reason
        .should()
        .haveNameMatching(".*(Rtmp|Flv|Hls|Dash|MpegTs|Srt|Rtsp|Rtp|Whip|Whep|WebSocket)[^.]*");
  }

  private ArchRule noClockNoSleepNoChance() {
    return classes()
        .that(
            resideInAPackage(root + "..")
                .and(not(resideInAnyPackage(in(WIRING))))
                .and(not(resideInAPackage(root))))
        .should(
            new ArchCondition<>(
                "read no clock, never sleep and draw only from what they are given") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                for (JavaAccess<?> access : item.getAccessesFromSelf()) {
                  if (isClockSleepOrChance(access)) {
                    events.add(SimpleConditionEvent.violated(item, access.getDescription()));
                  }
                }
              }
            });
  }

  private static boolean isClockSleepOrChance(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getFullName();
    String member = access.getTarget().getName();
    boolean unseeded =
        member.equals("<init>")
            && access.getDescription().contains("<init>()>"); // a constructor without a seed
    return switch (owner) {
      case "java.lang.System" -> Set.of("currentTimeMillis", "nanoTime").contains(member);
      case "java.lang.Thread" -> Set.of("sleep", "onSpinWait").contains(member);
      case "java.lang.Math", "java.lang.StrictMath" -> member.equals("random");
      case "java.lang.Object" -> member.equals("wait");
      case "java.util.UUID" -> member.equals("randomUUID");
      case "java.util.Collections" -> member.equals("shuffle");
      case "java.util.Random", "java.util.SplittableRandom", "java.util.Date" -> unseeded;
      case "java.security.SecureRandom", "java.util.concurrent.ThreadLocalRandom" -> true;
      case "java.util.random.RandomGenerator" -> Set.of("getDefault", "of").contains(member);
      case "java.util.concurrent.TimeUnit" -> member.equals("sleep");
      case "java.util.concurrent.locks.LockSupport" -> member.startsWith("park");
      case "java.time.Clock" -> member.startsWith("system") || member.startsWith("tick");
      default -> owner.startsWith("java.time.") && member.equals("now");
    };
  }

  private ArchRule noEmptyNames() {
    return noClasses()
        .that(resideInAPackage(root + ".."))
        .should()
        .haveNameMatching(".*(Manager|Helper|Utils?|Impl)(\\$.*)?");
  }

  private ArchRule packagesAreNullMarked() {
    return classes()
        .that(resideInAPackage(root + ".."))
        .should(
            new ArchCondition<>("be in a package that is @NullMarked") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
                  events.add(
                      SimpleConditionEvent.violated(
                          item, item.getName() + " is in a package without @NullMarked"));
                }
              }
            });
  }

  private static List<String> arrowsOf(String from) {
    return ARROWS.getOrDefault(from, List.of());
  }

  private static DescribedPredicate<JavaClass> resideOutsideOf(String... packages) {
    return not(resideInAnyPackage(packages));
  }

  private String in(String part) {
    return root + "." + part + "..";
  }

  private String[] in(List<String> parts) {
    return parts.stream().map(this::in).toArray(String[]::new);
  }

  private static List<String> concat(List<String> a, List<String> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }
}
