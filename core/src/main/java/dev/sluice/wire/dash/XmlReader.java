package dev.sluice.wire.dash;

import dev.sluice.wire.MalformedException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads the elements of one namespace out of a text; the others are counted and passed over. */
final class XmlReader {
  /** Characters of one description. */
  static final int MAX_CHARACTERS = 16 << 20;

  /** Elements of one description: 5 hours of two seconds each in 20 representations. */
  static final int MAX_ELEMENTS = 200_000;

  /** Elements inside one another; a description of ours needs 7. */
  static final int MAX_DEPTH = 32;

  /** Attributes of one element. */
  static final int MAX_ATTRIBUTES = 64;

  private final XMLStreamReader in;
  private final String namespace;
  private int elements;

  private XmlReader(XMLStreamReader in, String namespace) {
    this.in = in;
    this.namespace = namespace;
  }

  /**
   * The root of {@code text}.
   *
   * @throws MalformedException when it is not well-formed, has a document type, exceeds a limit or
   *     has a root of another namespace
   */
  static XmlElement read(String text, String namespace) {
    if (text.length() > MAX_CHARACTERS) {
      throw new MalformedException(
          "a description of %d characters, allowed are %d"
              .formatted(text.length(), MAX_CHARACTERS));
    }
    try {
      XMLStreamReader in = factory().createXMLStreamReader(new StringReader(text));
      try {
        return new XmlReader(in, namespace).document();
      } finally {
        in.close();
      }
    } catch (MalformedException refused) {
      throw refused;
    } catch (XMLStreamException | RuntimeException broken) {
      // the JDK's parser throws others, too: MissingResourceException when it finds no text for a
      // fault in a document type, which it looks through although it is told not to
      throw new MalformedException("not well-formed: " + firstLine(broken.getMessage()));
    }
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setXMLResolver((publicId, systemId, base, space) -> {
      throw new XMLStreamException("nothing outside is looked at");
    });
    return factory;
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "unknown" : message.lines().findFirst().orElse("unknown");
  }

  private XmlElement document() throws XMLStreamException {
    String version = in.getVersion();
    if (version != null && !version.equals("1.0")) { // 1.1 has characters that 1.0 has not
      throw new MalformedException("XML of version " + version);
    }
    while (in.next() != XMLStreamConstants.START_ELEMENT) {
      refuseDocumentType();
    }
    if (!namespace.equals(in.getNamespaceURI())) {
      throw new MalformedException(
          "the root is %s of the namespace %s, expected is %s"
              .formatted(in.getLocalName(), in.getNamespaceURI(), namespace));
    }
    XmlElement root = element(1);
    while (in.hasNext()) {
      in.next(); // what follows has to be well-formed, too
    }
    return root;
  }

  private void refuseDocumentType() {
    if (in.getEventType() == XMLStreamConstants.DTD) {
      throw new MalformedException("line %d: a document type declaration".formatted(line()));
    }
  }

  private int line() {
    return in.getLocation().getLineNumber();
  }

  /** From the start tag, where the reader stands, to the end tag, where it then stands. */
  private XmlElement element(int depth) throws XMLStreamException {
    limit("elements", ++elements, MAX_ELEMENTS);
    limit("elements inside one another", depth, MAX_DEPTH);
    String name = in.getLocalName();
    int line = line();
    Map<String, String> attributes = attributes();
    List<XmlElement> children = new ArrayList<>(0);
    StringBuilder text = new StringBuilder(0);
    while (true) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          boolean known = namespace.equals(in.getNamespaceURI());
          XmlElement child = element(depth + 1);
          if (known) {
            children.add(child);
          }
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            text.append(in.getTextCharacters(), in.getTextStart(), in.getTextLength());
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw new MalformedException(
                "line %d: an entity that nobody declared: %s".formatted(line(), in.getLocalName()));
        case XMLStreamConstants.END_ELEMENT -> {
          return new XmlElement(name, line, attributes, children, text.toString().strip());
        }
        default -> {} // comments and processing instructions
      }
    }
  }

  private Map<String, String> attributes() {
    int count = in.getAttributeCount();
    limit("attributes of one element", count, MAX_ATTRIBUTES);
    Map<String, String> attributes = LinkedHashMap.newLinkedHashMap(count);
    for (int i = 0; i < count; i++) {
      String space = in.getAttributeNamespace(i);
      if (space == null || space.isEmpty()) {
        attributes.put(in.getAttributeLocalName(i), in.getAttributeValue(i));
      }
    }
    return attributes;
  }

  private void limit(String what, int count, int most) {
    if (count > most) {
      throw new MalformedException("line %d: more than %d %s".formatted(line(), most, what));
    }
  }
}
