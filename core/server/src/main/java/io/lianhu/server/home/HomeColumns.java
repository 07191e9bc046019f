package io.lianhu.server.home;

import io.lianhu.server.transfer.Table;
import java.util.List;
import java.util.Map;

/** The columns of homes in workbooks, and the words in their cells. */
final class HomeColumns {

    static final String DIVISION = "区划编码";
    static final String BUILDING = "楼栋";
    static final String ADDRESS = "楼栋地址";
    static final String FLOORS = "层数";
    static final String UNIT = "单元";
    static final String ROOM = "房号";
    static final String USAGE = "用途";

    /** Exported only. */
    static final String HEAD = "户主";

    static final List<Table.Column> ALL = List.of(
            new Table.Column(DIVISION, true, "520115101203001"),
            new Table.Column(BUILDING, true, "3栋"),
            new Table.Column(ADDRESS, true, "高寨村12号"),
            new Table.Column(FLOORS, false, "6"),
            new Table.Column(UNIT, false, "1单元"),
            new Table.Column(ROOM, true, "101"),
            new Table.Column(USAGE, true, "自住"));

    static final Map<String, HomeUsage> USAGES = Map.of(
            "自住", HomeUsage.OWN,
            "出租", HomeUsage.RENTED,
            "空置", HomeUsage.VACANT,
            "经营", HomeUsage.BUSINESS,
            "其他", HomeUsage.OTHER);

    private HomeColumns() {}
}
