package io.qtau.system;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What can happen to a site. Each leaves it as able to work as it was. */
enum Fault {
  BROKER_KILLED(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      Commands.kill(site.brokerPid());
      site.startBroker();
    }
  },
  BROKER_STOPS_FOR_A_WHILE(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      sleep(site.brokerPid(), 500 + random.nextInt(2000));
    }
  },
  AGENT_KILLED(true) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      String pilot = any(site.pilots(), random);
      Commands.kill(site.agentPid(pilot));
      site.pilots().remove(pilot);
      site.startPilot();
    }
  },
  AGENT_SLEEPS_FOR_A_MOMENT(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      sleep(site.agentPid(any(site.pilots(), random)), 200 + random.nextInt(2000));
    }
  },
  AGENT_SLEEPS_TOO_LONG(true) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      sleep(site.agentPid(any(site.pilots(), random)), 8500);
    }
  },
  WORKER_KILLED(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      List<Long> workers = site.workers(any(site.pilots(), random));
      if (!workers.isEmpty()) {
        Commands.kill(any(workers, random));
      }
    }
  },
  READER_KILLED(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      site.killReader(any(sessions, random));
    }
  };

  /** Whether tasks that an agent ran for long may run a second time for it. */
  final boolean losesAnAgent;

  Fault(boolean losesAnAgent) {
    this.losesAnAgent = losesAnAgent;
  }

  /** One of them, by chance. */
  static Fault any(Random random) {
    return any(List.of(values()), random);
  }

  abstract void happen(FaultSite site, Random random, List<String> sessions) throws Exception;

  static <T> T any(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  static void sleep(long pid, long millis) throws Exception {
    FaultSite.signal("STOP", pid);
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } finally {
      FaultSite.signal("CONT", pid);
    }
  }
}
