package dev.sluice.access;

/**
 * How many watch.
 *
 * @param stream one stream
 * @param all all streams of this server
 */
public record Crowd(int stream, int all) {}
