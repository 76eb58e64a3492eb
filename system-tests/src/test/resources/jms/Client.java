import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.qpid.jms.JmsConnectionFactory;

public class Client {
  public static void main(String... arguments) throws Exception {
    String[] owner = Files.readString(Path.of(arguments[1])).strip().split(":", 2);
    String session = arguments[2];
    Map<String, String> tasks =
        Map.of(
            "hello", "{'kind':'exec','exec':{'argv':['echo','hello from Java']}}",
            "wrong", "{'kind':'exec','exec':{'argv':['sh','-c','exit 3']}}",
            "nothing", "{'kind':'noop'}");
    String url = "amqp://" + arguments[0];
    if (arguments.length > 3) {
      url = "amqps://" + arguments[0] + "?transport.trustStoreLocation=" + arguments[3];
    }
    var factory = new JmsConnectionFactory(owner[0], owner[1], url);
    try (JMSContext context = factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
      Queue lane = context.createQueue("qtau.task.shared.c1");
      for (var task : tasks.entrySet()) {
        JMSProducer producer = context.createProducer(); // durable, if nobody says otherwise
        producer.setProperty("qtau_v", 1).setProperty("qtau_session", session);
        producer.setProperty("qtau_id", task.getKey());
        producer.setProperty("qtau_kind", task.getValue().contains("noop") ? "noop" : "exec");
        producer.send(lane, task.getValue().replace('\'', '"')); // throws when it is refused
      }
      JMSConsumer results = context.createConsumer(context.createQueue("qtau.result." + session));
      for (int i = 0; i < tasks.size(); i++) {
        Message result = results.receive(60_000);
        System.out.println(new String(result.getBody(byte[].class), StandardCharsets.UTF_8));
        result.acknowledge(); // after it is recorded: what is not acknowledged comes again
      }
    }
  }
}
