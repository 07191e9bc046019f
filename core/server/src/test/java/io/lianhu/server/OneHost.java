package io.lianhu.server;

import io.lianhu.testkit.TestHost;

/** The host that the tests of this module share, each with counties and plugins of its own. */
public final class OneHost {
    /** How often an event, or a message to a webhook, is tried before it is dead. */
    static final int ATTEMPTS = 4;

    static final String BOOTSTRAP_SECRET = "known to this module's tests";

    private OneHost() {}

    public static TestHost get() {
        return TestHost.shared(TestHost.Options.core()
                .configured("lianhu.operator.bootstrap-secret", BOOTSTRAP_SECRET)
                .configured("lianhu.event.attempts", String.valueOf(ATTEMPTS))
                .configured("lianhu.event.backoff", "0.1s")
                .configured("lianhu.post.sweep-every", "0.2s")
                .configured("lianhu.escalation.every", "0.2s")
                .configured("lianhu.escalation.look-every", "0.2s")
                .configured("lianhu.escalation.batch", "50")
                .configured("lianhu.webhook.private-networks", "127.0.0.0/8")
                .configured("lianhu.webhook.attempts", String.valueOf(ATTEMPTS))
                .configured("lianhu.webhook.backoff", "0.1s")
                .configured("lianhu.webhook.patience", "1s")
                .configured("lianhu.webhook.circuit", "1s")
                .configured("lianhu.webhook.every", "0.1s")
                .configured("lianhu.audit.every", "0.2s")
                .configured("lianhu.privacy.reveals-per-hour", "5")
                .configured("lianhu.vault.every", "0.2s")
                .configured("lianhu.personal-data.every", "0.2s")
                .configured("lianhu.personal-data.cooling-off", "1s"));
    }
}
