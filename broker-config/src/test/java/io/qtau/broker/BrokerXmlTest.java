package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.util.Objects;
import org.apache.activemq.artemis.utils.XMLUtil;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** The broker does not check its own file when it starts; it is checked here. */
class BrokerXmlTest {
  private static final String SCHEMA = "schema/artemis-server.xsd";

  private static Element file() throws Exception {
    System.setProperty("qtau.memory.bytes", "40000000");
    System.setProperty("qtau.journal.buffer.nanos", "200000");
    try (InputStream xml = EmbeddedBroker.class.getResourceAsStream("broker.xml")) {
      return XMLUtil.streamToElement(Objects.requireNonNull(xml));
    } finally {
      System.clearProperty("qtau.memory.bytes");
      System.clearProperty("qtau.journal.buffer.nanos");
    }
  }

  @Test
  void matchesTheSchema() throws Exception {
    Element file = file();

    assertThatCode(() -> XMLUtil.validate(file, SCHEMA)).doesNotThrowAnyException();
  }

  @Test
  void anUnknownSettingWouldBeSeen() throws Exception {
    Element file = file();
    Element core = (Element) file.getElementsByTagName("core").item(0);
    core.appendChild(
        file.getOwnerDocument().createElementNS("urn:activemq:core", "journal-datasink"));

    assertThatThrownBy(() -> XMLUtil.validate(file, SCHEMA))
        .rootCause()
        .hasMessageContaining("datasink");
  }
}
