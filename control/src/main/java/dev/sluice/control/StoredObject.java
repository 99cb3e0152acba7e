package dev.sluice.control;

/**
 * An object as it is stored.
 *
 * @param revision of the store at which it was changed last
 */
public record StoredObject(ObjectKey key, Content content, long revision) {}
