package dev.sluice.mux.codec;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** The parameter sets of a stream, in the order in which they came first. */
final class ParameterSets {
  /** Bytes of all sets together; streams are seen with a few hundred. */
  static final int MAX_BYTES = 65_536;

  /** The ID of a set that could not be read: it stays until it is forgotten. */
  static final int NO_ID = -1;

  /**
   * One parameter set.
   *
   * @param type nal_unit_type
   * @param id its own ID, or {@link #NO_ID}
   * @param nalUnit the whole of it
   */
  record Set(int type, int id, Bytes nalUnit) {}

  private final List<Set> sets = new ArrayList<>();

  ParameterSets() {}

  private ParameterSets(ParameterSets other) {
    sets.addAll(other.sets);
  }

  ParameterSets copy() {
    return new ParameterSets(this);
  }

  /** Whether one of the sets is the NAL unit of {@code length} bytes at {@code offset}. */
  boolean holds(ByteBuf in, int offset, int length) {
    for (int i = 0; i < sets.size(); i++) {
      if (sets.get(i).nalUnit().matches(in, offset, length)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Adds a set, or puts it in the place of the one with its type and ID.
   *
   * @param maxOfType sets of its type that a configuration can hold
   * @throws MalformedException when there are too many, or too many bytes
   */
  void put(Set set, int maxOfType) {
    int bytes = set.nalUnit().size();
    int ofType = 0;
    int place = -1;
    for (int i = 0; i < sets.size(); i++) {
      Set other = sets.get(i);
      if (other.type() == set.type() && other.id() == set.id() && set.id() != NO_ID) {
        place = i;
      } else {
        bytes += other.nalUnit().size();
        ofType += other.type() == set.type() ? 1 : 0;
      }
    }
    if (bytes > MAX_BYTES) {
      throw new MalformedException(
          "parameter sets of %d bytes, allowed are %d".formatted(bytes, MAX_BYTES));
    }
    if (ofType >= maxOfType) {
      throw new MalformedException(
          "%d parameter sets of type %d, allowed are %d"
              .formatted(ofType + 1, set.type(), maxOfType));
    }
    if (place >= 0) {
      sets.set(place, set);
    } else {
      sets.add(set);
    }
  }

  /** All sets. */
  List<Set> all() {
    return sets;
  }

  /** The sets of one type. */
  List<Bytes> ofType(int type) {
    List<Bytes> found = new ArrayList<>();
    for (Set set : sets) {
      if (set.type() == type) {
        found.add(set.nalUnit());
      }
    }
    return found;
  }
}
