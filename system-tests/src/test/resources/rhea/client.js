const fs = require("fs");
const rhea = require("rhea");

const [hostAndPort, credentialFile, session] = process.argv.slice(2);
const [host, port] = hostAndPort.split(":");
const [username, password] = fs.readFileSync(credentialFile, "utf8").trim().split(/:(.*)/s);
const tasks = {
  hello: { kind: "exec", exec: { argv: ["echo", "hello from JavaScript"] } },
  wrong: { kind: "exec", exec: { argv: ["sh", "-c", "exit 3"] } },
  nothing: { kind: "noop" },
};
const names = Object.keys(tasks);

function fail(why) {
  console.error(String(why));
  process.exit(1);
}

const connection = rhea.connect({ host, port, username, password, reconnect: false });
const sender = connection.open_sender("qtau.task.shared.c1");
sender.once("sendable", () => {
  for (const name of names) {
    sender.send({
      durable: true,
      content_type: "application/json",
      application_properties: {
        qtau_v: 1,
        qtau_session: session,
        qtau_id: name,
        qtau_kind: tasks[name].kind,
      },
      body: rhea.message.data_section(Buffer.from(JSON.stringify(tasks[name]))),
    });
  }
});

let accepted = 0;
sender.on("accepted", () => {
  accepted += 1;
  if (accepted === names.length) {
    connection.open_receiver({ source: "qtau.result." + session, autoaccept: false });
  }
});
sender.on("rejected", (context) => fail(context.delivery.remote_state.error.description));

let read = 0;
connection.on("message", (context) => {
  console.log(context.message.body.content.toString("utf8"));
  context.delivery.accept();
  read += 1;
  if (read === names.length) {
    connection.close();
  }
});
for (const event of ["connection_error", "sender_error", "receiver_error", "disconnected"]) {
  connection.on(event, (context) => {
    if (read < names.length) {
      fail(context.error || context.connection.error || event);
    }
  });
}
