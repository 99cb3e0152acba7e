package dev.sluice.node.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes one key of the configuration; its name is that of the record component. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Key {

  /** What the key means, in sentences for the reference page. */
  String doc();

  /**
   * The default, written as in the file. Empty: an absent value is null, an empty list or, for a
   * section, made of its own defaults.
   */
  String byDefault() default "";

  /** Least value, written as in the file; needed for numbers and quantities. */
  String min() default "";

  /** Greatest value, written as in the file; needed for numbers and quantities. */
  String max() default "";

  /** Whether it stands under single streams only, and not in what they inherit. */
  boolean single() default false;

  /** When a change holds; without it, as what it stands in says. */
  When when() default When.AS_ITS_SECTION;

  /** For a map of sections: the sibling section that gives what an entry leaves out. */
  String inherits() default "";
}
