package io.qtau.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All arrows point down to protocol and messaging; neighbours along the data flow never meet. */
class ArchitectureTest {
  private static final List<String> ABOVE_MESSAGING =
      List.of("broker", "client", "agent", "launcher", "pilot", "templates", "collector", "cli");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.qtau");
  }

  @Test
  void protocolKnowsTheJdkAndJacksonOnly() {
    mustNotUse(
        "protocol",
        "io.qtau.messaging..",
        "jakarta.jms..",
        "org.apache..",
        "java.net..",
        "java.nio.file..");
  }

  @Test
  void messagingLooksDown() {
    mustNotUse("messaging", packages(ABOVE_MESSAGING));
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "client", "agent", "templates", "collector"})
  void neighboursNeverMeet(String own) {
    mustNotUse(own, packages(ABOVE_MESSAGING.stream().filter(o -> !o.equals(own)).toList()));
  }

  @Test
  void theLauncherKnowsTheTemplatesOnly() {
    mustNotUse(
        "launcher", packages(List.of("broker", "client", "agent", "pilot", "collector", "cli")));
  }

  @Test
  void thePilotsApiKnowsTheLauncherAndTheClient() {
    mustNotUse("pilot", packages(List.of("broker", "agent", "templates", "collector", "cli")));
  }

  private static void mustNotUse(String own, String... others) {
    noClasses()
        .that()
        .resideInAPackage("io.qtau." + own + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(classes);
  }

  private static String[] packages(List<String> names) {
    return names.stream().map(name -> "io.qtau." + name + "..").toArray(String[]::new);
  }
}
