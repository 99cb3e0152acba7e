package dev.sluice.hub;

/**
 * Where somebody stopped watching a stream who goes on with another one, so that the times that he
 * is given go on, too.
 *
 * @param zeroMs milliseconds of UTC that time stamps of the stream counted from, as {@link
 *     Form#muxer} has it
 * @param lastMs the last of what he was sent, UTC in milliseconds
 */
public record Cut(long zeroMs, long lastMs) {}
