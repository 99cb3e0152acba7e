package dev.sluice.mux.packager;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Method;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardingOutputTest {
  static Method[] methods() {
    return PackagerOutput.class.getMethods();
  }

  /** What has a default would get lost without a word. */
  @ParameterizedTest
  @MethodSource("methods")
  void passesOnAllThereIs(Method method) {
    assertThatCode(() ->
            ForwardingOutput.class.getDeclaredMethod(method.getName(), method.getParameterTypes()))
        .doesNotThrowAnyException();
  }
}
