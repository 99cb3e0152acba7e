package dev.sluice.hub.source;

/**
 * What a job of ours delivers. The hub compares it, to find out whether a source is the same after
 * a change, and hands it to {@link dev.sluice.hub.SourceJobs}; it knows no more of it. Immutable,
 * with {@code equals}, and a {@code toString} that tells nothing secret.
 */
public interface Delivery {}
