package io.lianhu.server.startup;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/** Where the process begins: as the server, or with {@code audit-check} as the command that checks audit trails and ends. */
@QuarkusMain
public final class Main {

    private Main() {}

    public static void main(String... arguments) {
        if (arguments.length > 0 && arguments[0].equals(AuditCheckCommand.NAME)) {
            List<String> rest = List.of(arguments).subList(1, arguments.length);
            System.exit(AuditCheckCommand.run(rest, System.out));
        }
        Quarkus.run(arguments);
    }
}
