package dev.sluice.cli.top;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** An element of what nginx-rtmp's {@code stat} gives. */
record StatDocument(Element element) {
  static StatDocument read(String xml) {
    try {
      return new StatDocument(
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(xml)))
              .getDocumentElement());
    } catch (IOException | ParserConfigurationException | SAXException broken) {
      throw new AssertionError("no XML: " + xml, broken);
    }
  }

  /** The elements at the end of a path of names. */
  List<StatDocument> all(String... path) {
    List<StatDocument> found = List.of(this);
    for (String name : path) {
      found = found.stream().flatMap(each -> each.children(name).stream()).toList();
    }
    return found;
  }

  private List<StatDocument> children(String name) {
    List<StatDocument> children = new ArrayList<>();
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child && child.getTagName().equals(name)) {
        children.add(new StatDocument(child));
      }
    }
    return children;
  }

  boolean has(String name) {
    return !children(name).isEmpty();
  }

  String text(String name) {
    return children(name).getFirst().element.getTextContent();
  }

  double number(String name) {
    return Double.parseDouble(text(name));
  }
}
