package io.lianhu.server.personaldata;

/** For how long a county keeps what is closed under a person's name (留存期限). */
final class RetentionRules {

    /** Three years, in which a claim can still be brought before a court (诉讼时效). */
    static final int USUAL_DAYS = 1_096;

    private RetentionRules() {}
}
