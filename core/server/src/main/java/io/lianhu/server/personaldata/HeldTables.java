package io.lianhu.server.personaldata;

import io.lianhu.server.casework.InternalSteps;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All that the core holds on people. A table that is made stands here, or among the columns that are left out, with the reason. */
final class HeldTables {

    private static final String OFFICE = "an act of office: told by the audit trail's rows of who did it";
    private static final String COLLEAGUE = "another's act of office, told with the case";

    private static final String OWN_CASES =
            "select o.id from lianhu_core.case_record o where o.reporter_id = any ({ids})";

    /** Who acted for the county is named; of others there is as much as the person could see of them. */
    private static String official(String subject) {
        return "(select p.holder_name from lianhu_core.post p where p.subject = " + subject
                + " order by p.since desc limit 1)";
    }

    private static String masked(String subject, String name) {
        return "case when " + subject + " = {subject} then " + name + " else left(" + name + ", 1) || '**' end";
    }

    /** In the order of the file. */
    static final List<HeldTable> ALL = List.of(
            new HeldTable(
                    "resident",
                    "居民登记",
                    "t.name, t.telephone, t.id_number, t.residence, t.sex, t.birth_date, t.relation, t.address, t.division_code,"
                            + " t.state, t.notice_version, t.consented_at, t.decided_at, t.decision_reason, t.acted_as,"
                            + " left(t.acted_by_name, 1) || '**' as acted_by_name, t.created_at",
                    "lianhu_core.resident t",
                    "t.id",
                    "t.id = any ({ids})",
                    Set.of("resident.subject", "resident.telephone", "resident.id_number", "resident.merged_into_id")),
            new HeldTable(
                    "resident_merge",
                    "合并前的居民登记",
                    "t.kept_name as name, t.kept_telephone as telephone, t.kept_id_number as id_number, t.kept_residence as residence,"
                            + " t.kept_sex as sex, t.kept_birth_date as birth_date, t.kept_relation as relation,"
                            + " t.kept_address as address, t.merged_at, t.undone_at",
                    "lianhu_core.resident_merge t",
                    "t.id",
                    "t.kept_id = any ({ids})",
                    Set.of(
                            "resident_merge.kept_telephone",
                            "resident_merge.kept_id_number",
                            "resident_merge.kept_household_id")),
            new HeldTable(
                    "household",
                    "所在户",
                    "t.head_name, t.address, t.division_code, t.created_at",
                    "lianhu_core.household t",
                    "t.id",
                    "t.id = {household}",
                    Set.of("resident.household_id")),
            new HeldTable(
                    "home",
                    "所住房屋",
                    "b.name as building, b.address, t.unit, t.room, t.usage",
                    "lianhu_core.home t join lianhu_core.building b on b.tenant_id = t.tenant_id and b.id = t.building_id",
                    "t.id",
                    "t.household_id = {household}",
                    Set.of("home.household_id")),
            new HeldTable(
                    "registered_by_you",
                    "由您代为登记的人",
                    "left(t.name, 1) || '**' as name, t.acted_as, t.state, t.created_at",
                    "lianhu_core.resident t",
                    "t.id",
                    "t.acted_by = {subject}",
                    Set.of("resident.acted_by")),
            new HeldTable(
                    "resident_tag",
                    "标签",
                    "case when g.confidential then null else g.name end as name, g.confidential, t.tagged_at",
                    "lianhu_core.resident_tag t join lianhu_core.tag g on g.tenant_id = t.tenant_id and g.id = t.tag_id",
                    "t.tag_id",
                    "t.resident_id = any ({ids})",
                    Set.of("resident_tag.resident_id")),
            new HeldTable(
                    "post",
                    "岗位",
                    "t.holder_name, t.role, t.division_code, t.since, t.until",
                    "lianhu_core.post t",
                    "t.id",
                    "t.subject = {subject}",
                    Set.of("post.subject")),
            new HeldTable(
                    "stand_in",
                    "代班",
                    "t.holder_name, t.since, t.until",
                    "lianhu_core.stand_in t",
                    "t.id",
                    "t.subject = {subject}",
                    Set.of("stand_in.subject")),
            new HeldTable(
                    "duty_shift",
                    "值班",
                    "t.since, t.until",
                    "lianhu_core.duty_shift t",
                    "t.id",
                    "t.removed_at is null and t.post_id in"
                            + " (select p.id from lianhu_core.post p where p.subject = {subject})",
                    Set.of()),
            new HeldTable(
                    "case_record",
                    "事件",
                    "t.number, t.source, t.class_code, t.description, t.state, t.division_code, t.place, t.latitude, t.longitude,"
                            + " t.datum, t.reporter_name, t.assignee_name, t.stars, t.rating_comment,"
                            + " t.rated_at, t.reported_at, t.closed_at, t.closing_words, t.referred_to",
                    "lianhu_core.case_record t",
                    "t.id",
                    "t.id in (" + OWN_CASES + ")",
                    Set.of(
                            "case_record.reporter_id",
                            "case_record.reporter_subject",
                            "case_record.reporter_household_id")),
            new HeldTable(
                    "case_step",
                    "事件办理过程",
                    "c.number, t.action, t.to_state, t.actor_role, " + masked("t.actor_subject", "t.actor_name")
                            + " as actor_name, case when t.action in ('" + String.join("', '", InternalSteps.ACTIONS)
                            + "') then null else t.note end as note, t.occurred_at",
                    "lianhu_core.case_step t join lianhu_core.case_record c on c.tenant_id = t.tenant_id and c.id = t.case_id",
                    "t.id",
                    "t.case_id in (" + OWN_CASES + ")",
                    Set.of("case_step.actor_subject")),
            new HeldTable(
                    "case_request",
                    "事件延期与挂起",
                    "c.number, t.kind, t.reason, t.state, left(t.requested_by_name, 1) || '**' as requested_by_name, t.requested_at,"
                            + " t.decided_at, t.decision_note",
                    "lianhu_core.case_request t join lianhu_core.case_record c on c.tenant_id = t.tenant_id and c.id = t.case_id",
                    "t.id",
                    "t.case_id in (" + OWN_CASES + ")",
                    Set.of()),
            new HeldTable(
                    HeldTables.PHOTO,
                    "照片",
                    "t.id, t.media_type, t.width, t.height, t.bytes, t.stage, t.uploaded_by = {subject} as own, t.created_at",
                    "lianhu_core.photo t",
                    "t.id",
                    "t.uploaded_by = {subject} or t.case_id in (" + OWN_CASES + ")",
                    Set.of("photo.uploaded_by")),
            new HeldTable(
                    "message",
                    "消息",
                    "c.kind, c.title_zh as title, c.body_zh as body, t.created_at, t.read_at",
                    "lianhu_core.message t join lianhu_core.message_content c on c.tenant_id = t.tenant_id and c.id = t.content_id",
                    "t.id",
                    "t.receiver = {subject} or t.on_behalf_of && {ids} and t.receiver in"
                            + " (select r.subject from lianhu_core.resident r where r.household_id = {household})",
                    Set.of("message.receiver", "message.on_behalf_of")),
            new HeldTable(
                    "message_preference",
                    "消息设置",
                    "t.language, t.silenced, t.quiet_from, t.quiet_until",
                    "lianhu_core.message_preference t",
                    "t.id",
                    "t.subject = {subject}",
                    Set.of("message_preference.subject")),
            new HeldTable(
                    "notice_receipt",
                    "公告阅读",
                    "n.title, t.sent_at, t.read_at, t.confirmed_at, t.confirmed_by_name",
                    "lianhu_core.notice_receipt t join lianhu_core.notice n on n.tenant_id = t.tenant_id and n.id = t.notice_id",
                    "t.notice_id",
                    "t.resident_id = any ({ids})",
                    Set.of("notice_receipt.resident_id")),
            new HeldTable(
                    "transfer_job",
                    "导入导出",
                    "t.kind, t.state, t.created_at, t.finished_at",
                    "lianhu_core.transfer_job t",
                    "t.id",
                    "t.subject = {subject}",
                    Set.of("transfer_job.subject")),
            new HeldTable(
                    "erasure",
                    "个人信息删除申请",
                    "t.state, t.requested_as, t.reason, t.requested_at, t.not_before, t.decided_at, t.decision_note, t.finished_at",
                    "lianhu_core.erasure t",
                    "t.id",
                    "t.resident_id = any ({ids})",
                    Set.of("erasure.resident_id", "erasure.subject", "erasure.household_id", "erasure.requested_by")),
            new HeldTable(
                    "legal_hold",
                    "依法封存",
                    "t.until, t.placed_at, t.released_at",
                    "lianhu_core.legal_hold t",
                    "t.id",
                    "t.resident_id = any ({ids})",
                    Set.of("legal_hold.resident_id")),
            new HeldTable(
                    "personal_reveal",
                    "明文查看记录",
                    official("t.subject") + " as by_name, t.fields, t.reason, t.revealed_at",
                    "lianhu_core.personal_reveal t",
                    "t.id",
                    "t.resident_id = any ({ids})",
                    Set.of("personal_reveal.resident_id")),
            new HeldTable(
                    "audit_about_you",
                    "审计日志（关于您）",
                    official("e.subject") + " as by_name, e.roles, e.action, e.reason, e.outcome, e.at",
                    "lianhu_core.audit_object t join lianhu_core.audit_entry e on e.tenant_id = t.tenant_id and e.id = t.entry_id",
                    "t.entry_id",
                    "t.object_id = any ({ids})",
                    Set.of("audit_object.object_id")),
            new HeldTable(
                    "audit_by_you",
                    "审计日志（您的操作）",
                    "t.roles, t.action, t.object_type, t.reason, t.outcome, t.client, t.at",
                    "lianhu_core.audit_entry t",
                    "t.id",
                    "t.subject = {subject}",
                    Set.of("audit_entry.subject")));

    static final String PHOTO = "photo";

    /** Columns that name people and are not looked at, each with its reason. */
    static final Map<String, String> LEFT_OUT = Map.ofEntries(
            Map.entry("resident_gram.resident_id", "parts of names and addresses, by which the record is searched"),
            Map.entry("transfer_file.uploaded_by", "a file of a day, told of by its transfer"),
            Map.entry("idempotency_key.subject", "a number of the client's own, for seven days"),
            Map.entry("personal_reveal.subject", OFFICE),
            Map.entry("resident.decided_by", OFFICE),
            Map.entry("resident_tag.tagged_by", OFFICE),
            Map.entry("resident_merge.merged_by", OFFICE),
            Map.entry("resident_merge.gone_decided_by", OFFICE),
            Map.entry("resident_merge.emptied_household_id", "a household in which nobody is left"),
            Map.entry("post.appointed_by", OFFICE),
            Map.entry("stand_in.arranged_by", OFFICE),
            Map.entry(
                    "case_record.caller_telephone",
                    "a number proves nobody: families share it, and anybody may give it; who took the call tells what was said"),
            Map.entry("case_record.assignee_subject", OFFICE),
            Map.entry("case_record.passed_on_by", OFFICE),
            Map.entry("case_record.handled_by", OFFICE),
            Map.entry("case_request.requested_by", COLLEAGUE),
            Map.entry("case_part.asked_by", OFFICE),
            Map.entry("case_class_change.changed_by", OFFICE),
            Map.entry("division_shape.changed_by", OFFICE),
            Map.entry("work_calendar_change.changed_by", OFFICE),
            Map.entry("dispatch_rule.made_by", OFFICE),
            Map.entry("dispatch_rule.ended_by", OFFICE),
            Map.entry("erasure.decided_by", OFFICE),
            Map.entry("legal_hold.placed_by", OFFICE),
            Map.entry("legal_hold.released_by", OFFICE),
            Map.entry("retention_rule.changed_by", OFFICE),
            Map.entry("duty_shift.made_by", OFFICE),
            Map.entry("duty_shift.removed_by", OFFICE),
            Map.entry("discarded_letter.discarded_by", OFFICE),
            Map.entry("emergency.declared_by", OFFICE),
            Map.entry("emergency.ended_by", OFFICE),
            Map.entry("emergency_step.actor_subject", OFFICE),
            Map.entry("escalation_receiver.subject", OFFICE),
            Map.entry("escalation_reply.subject", OFFICE),
            Map.entry("escalation_rule.changed_by", OFFICE),
            Map.entry("message_template.changed_by", OFFICE),
            Map.entry("notice.author_subject", OFFICE),
            Map.entry("notice_receipt.confirmed_by", OFFICE),
            Map.entry("notice_template.saved_by", OFFICE),
            Map.entry("saved_audience.saved_by", OFFICE),
            Map.entry("vault_key.made_by", OFFICE),
            Map.entry("webhook.created_by", OFFICE),
            Map.entry("webhook_delivery.given_up_by", OFFICE));

    private HeldTables() {}
}
