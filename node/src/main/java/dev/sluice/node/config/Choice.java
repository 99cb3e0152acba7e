package dev.sluice.node.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes a constant of an enum that can be chosen in the configuration. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Choice {

  /** What it means: a phrase for the reference page, without a full stop. */
  String doc();

  /** How it is written. Empty: as the constant, in camel case ({@code SAME_TOKEN}: sameToken). */
  String key() default "";
}
