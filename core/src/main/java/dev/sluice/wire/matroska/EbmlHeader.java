package dev.sluice.wire.matroska;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;

/**
 * The body of the element that a file begins with (RFC 8794, section 11.2.1).
 *
 * @param docType {@code matroska} or {@code webm}
 * @param readVersion DocTypeReadVersion, 1 to 4
 */
public record EbmlHeader(String docType, int readVersion) {
  private static final int MAX_READ_VERSION = 4;
  private static final int MAX_TEXT_BYTES = 64;

  /**
   * Reads the body, all of {@code body}.
   *
   * @throws MalformedException when it cannot be read
   * @throws UnsupportedException when it announces another kind of document, a later version, or
   *     longer IDs and sizes
   */
  public static EbmlHeader read(ByteBuf body) {
    var reading =
        new Object() {
          String docType = "";
          int readVersion = 1;
          long idLength = 4;
          long sizeLength = 8;
        };
    ElementBody.children(
        "EBML header",
        body,
        (in, id) -> {
          switch (id) {
            case ElementId.DOC_TYPE ->
                reading.docType = ElementBody.text("DocType", in, MAX_TEXT_BYTES);
            case ElementId.DOC_TYPE_READ_VERSION ->
                reading.readVersion =
                    ElementBody.unsigned("DocTypeReadVersion", in, Integer.MAX_VALUE);
            case ElementId.EBML_MAX_ID_LENGTH ->
                reading.idLength = ElementBody.unsigned("EBMLMaxIDLength", in);
            case ElementId.EBML_MAX_SIZE_LENGTH ->
                reading.sizeLength = ElementBody.unsigned("EBMLMaxSizeLength", in);
            default -> {} // of no use to a reader
          }
        });
    if (!reading.docType.equals("matroska") && !reading.docType.equals("webm")) {
      throw new UnsupportedException(
          "EBML document of type '%s', allowed are matroska and webm"
              .formatted(reading.docType.replaceAll("\\p{Cntrl}", "\uFFFD")));
    }
    if (reading.readVersion > MAX_READ_VERSION) {
      throw new UnsupportedException(
          "Matroska for readers of version %d, allowed is at most %d"
              .formatted(reading.readVersion, MAX_READ_VERSION));
    }
    if (reading.idLength > 4 || reading.sizeLength > 8) {
      throw new UnsupportedException(
          "EBML with IDs of %d and sizes of %d bytes, allowed are 4 and 8"
              .formatted(reading.idLength, reading.sizeLength));
    }
    return new EbmlHeader(reading.docType, reading.readVersion);
  }
}
