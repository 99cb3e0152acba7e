package dev.sluice.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Names the programs that a test class or method needs. Where one is missing the test is skipped
 * with that reason; with {@code CI=true} it fails instead, because CI installs what tests need.
 *
 * <p>The names, which {@code ./verify} knows how to install:
 *
 * <ul>
 *   <li>{@code ffmpeg}: ffmpeg and ffprobe, of whatever version
 *   <li>{@code ffmpeg8}: those of {@link Ffmpeg8}
 *   <li>{@code gst-rtmp}: gst-launch-1.0 with the flv, rtmp2 and x264 plugins
 *   <li>{@code nginx-rtmp}: nginx with the rtmp module
 *   <li>{@code chromium}: a Chromium that runs without a screen
 *   <li>{@code vlc}: VLC without a screen, which plays HLS and DASH
 *   <li>{@code rtmpdump}, {@code cc}: a C compiler, {@code node}: Node.js 20 or newer
 *   <li>{@code netns}: the right to make network namespaces
 *   <li>{@code openssl}: its command line
 *   <li>{@code maven}: Maven
 * </ul>
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Inherited
@Repeatable(Needs.All.class)
@ExtendWith(NeedsCondition.class)
public @interface Needs {
  /** Names of the list above. */
  String[] value();

  /** Several {@link Needs} on one element: all of them hold. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @Inherited
  @ExtendWith(NeedsCondition.class)
  @interface All {
    /** The single ones. */
    Needs[] value();
  }
}
