package io.lianhu.server.resident;

import io.lianhu.server.transfer.Table;
import java.util.List;
import java.util.Map;

/** The columns of residents in workbooks, and the words in their cells. */
final class ResidentColumns {

    static final String NAME = "姓名";
    static final String ID_NUMBER = "身份证号";
    static final String SEX = "性别";
    static final String BIRTH_DATE = "出生日期";
    static final String TELEPHONE = "手机号";
    static final String RESIDENCE = "人口类型";
    static final String DIVISION = "网格编码";
    static final String ADDRESS = "住址";
    static final String HOUSEHOLD = "户编号";
    static final String RELATION = "与户主关系";

    static final List<Table.Column> ALL = List.of(
            new Table.Column(NAME, true, "张三"),
            new Table.Column(ID_NUMBER, false, "11010519491231002X"),
            new Table.Column(SEX, false, "女"),
            new Table.Column(BIRTH_DATE, false, "1949-12-31"),
            new Table.Column(TELEPHONE, false, "13800000000"),
            new Table.Column(RESIDENCE, false, "户籍人口"),
            new Table.Column(DIVISION, true, "520115101203001"),
            new Table.Column(ADDRESS, true, "高寨村12号"),
            new Table.Column(HOUSEHOLD, false, "1"),
            new Table.Column(RELATION, false, "户主"));

    static final Map<String, Sex> SEXES = Map.of("女", Sex.FEMALE, "男", Sex.MALE);

    static final Map<String, ResidenceKind> RESIDENCES = Map.of(
            "户籍人口", ResidenceKind.REGISTERED,
            "户籍", ResidenceKind.REGISTERED,
            "常住人口", ResidenceKind.USUAL,
            "常住", ResidenceKind.USUAL,
            "流动人口", ResidenceKind.MIGRANT,
            "流动", ResidenceKind.MIGRANT);

    static final Map<String, Relation> RELATIONS = Map.ofEntries(
            Map.entry("户主", Relation.HEAD),
            Map.entry("本人", Relation.HEAD),
            Map.entry("配偶", Relation.SPOUSE),
            Map.entry("子", Relation.SON),
            Map.entry("女", Relation.DAUGHTER),
            Map.entry("孙子女", Relation.GRANDCHILD),
            Map.entry("父母", Relation.PARENT),
            Map.entry("祖父母", Relation.GRANDPARENT),
            Map.entry("兄弟姐妹", Relation.SIBLING),
            Map.entry("其他", Relation.OTHER));

    private ResidentColumns() {}
}
