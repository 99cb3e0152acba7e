package dev.sluice.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Carries out {@link Needs}. */
final class NeedsCondition implements ExecutionCondition {
  private final Predicate<String> present;
  private final boolean missingFails;

  /** Asks this machine. Called by JUnit. */
  NeedsCondition() {
    this(Tools.ofThisMachine()::has, "true".equals(System.getenv("CI")));
  }

  NeedsCondition(Predicate<String> present, boolean missingFails) {
    this.present = present;
    this.missingFails = missingFails;
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    List<String> needed =
        context
            .getElement()
            .map(element -> AnnotationSupport.findRepeatableAnnotations(element, Needs.class))
            .orElse(List.of())
            .stream()
            .flatMap(needs -> Arrays.stream(needs.value()))
            .toList();
    return evaluate(needed);
  }

  /**
   * Decides for one list of names.
   *
   * @throws ExtensionConfigurationException when a name is unknown, or something is missing where
   *     that is a failure
   */
  ConditionEvaluationResult evaluate(List<String> needed) {
    Set<String> unknown = Tools.unknown(needed);
    if (!unknown.isEmpty()) {
      throw new ExtensionConfigurationException(
          "@Needs knows no " + unknown + ", only " + Tools.NAMES);
    }
    List<String> missing = needed.stream().filter(present.negate()).toList();
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("has " + needed);
    }
    if (missingFails) {
      throw new ExtensionConfigurationException("CI lacks " + missing + ", which this test needs");
    }
    return ConditionEvaluationResult.disabled("needs " + String.join(", ", missing));
  }
}
