package io.qtau.broker;

import java.util.Map;

/**
 * What the broker's libraries log to standard error: warnings. Their audit log prints each
 * operation.
 */
public final class BrokerLogging {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "org.slf4j.simpleLogger.defaultLogLevel",
          "warn",
          "org.slf4j.simpleLogger.showDateTime",
          "true",
          "org.slf4j.simpleLogger.dateTimeFormat",
          "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
          "org.slf4j.simpleLogger.showThreadName",
          "false",
          "org.slf4j.simpleLogger.log.org.apache.activemq.audit",
          "off",
          // It prints the stack of each refusal: a mistaken client would fill the disk. It is told.
          "org.slf4j.simpleLogger.log.org.apache.activemq.artemis.protocol.amqp.broker"
              + ".AMQPSessionCallback",
          "error",
          // It warns twice for each queue that messages are never given up: so we want it.
          "org.slf4j.simpleLogger.log.org.apache.activemq.artemis.core.server",
          "error",
          "org.slf4j.simpleLogger.log.io.qtau",
          "info");

  private BrokerLogging() {}

  /** Takes effect when it is called before the first logger is made; what is set already stays. */
  public static void quiet() {
    DEFAULTS.forEach((key, value) -> System.setProperty(key, System.getProperty(key, value)));
  }
}
