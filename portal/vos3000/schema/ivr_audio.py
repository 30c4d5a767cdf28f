"""Announcements of the IVR: sections 3.74 to 3.78 of the manual."""

from __future__ import annotations

from portal.vos3000.schema.base import AtLeastOne, Book, Format, Interface, Nature, Resource, Text
from portal.vos3000.schema.common import MEMO, OK, answer
from portal.vos3000.schema.words import Names, hexadecimal, integer, rows, text

AUDIO_TYPES: Names = {
    0: ("Common", "公共语音"),
    1: ("Built in", "内置语音"),
    2: ("Ring-back tone", "彩铃语音"),
    3: ("Company switchboard", "企业总机语音"),
    4: ("Callback and direct dial", "回拨直拨语音"),
    5: ("Value-added service", "增值业务语音"),
    6: ("Alarm", "告警语音"),
    7: ("Voice mail", "语音信箱语音"),
}

AUDIO = Book(
    integer("id", "Announcement id", "语音编号", "Given by the softswitch.", "由软交换分配。"),
    integer("type", "Type", "类型", "What the announcement is for.", "语音的用途。", codes=AUDIO_TYPES),
    text("name", "Name", "名称", "Fixed once it is created.", "建立之后不可再改。"),
    text("language", "Language", "语言", "The language that is spoken.", "播报所用的语言。"),
    text("ivrServiceName", "IVR flow", "语音流程", "The flow it belongs to.", "归属哪一个流程。"),
    integer("size", "Size", "大小", "Storage it takes on the softswitch.", "在软交换上占用的存储。"),
    MEMO,
    integer("ids", "Announcement ids", "语音编号", "The announcements to read.", "要读取的语音。", many=True, ref="ivr_audio"),
    hexadecimal(
        "data",
        "Sound",
        "声音",
        "A WAV file: PCM, signed 16 bit, 8000 Hz, mono, little-endian.",
        "WAV 文件：PCM 有符号 16 位、8000 Hz、单声道、小端。",
        format=Format.WAV,
    ),
)
INFO_IVR_AUDIO = AUDIO.pick("InfoIvrAudio", "id! type! name! language! ivrServiceName! size! memo!")

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="ivr_audio",
        area="voice",
        title=Text("IVR announcement", "IVR 语音"),
        plural=Text("IVR announcements", "IVR 语音"),
        key="id",
        read="GetIvrAudio",
        read_by="ids",
        rows="infoIvrAudios",
        create="CreateIvrAudio",
        modify="ModifyIvrAudio",
        delete="DeleteIvrAudio",
        title_field="name",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="CreateIvrAudio",
        section="3.74",
        title=Text("Create an announcement", "新建 IVR 语音"),
        help=Text("Adds an announcement; its sound is sent afterwards.", "新增语音条目，声音随后另行上传。"),
        nature=Nature.WRITE,
        area="voice",
        resource="ivr_audio",
        action="create",
        staff_only="Announcements are the operator's, and heard by everybody.",
        request=AUDIO.pick("CreateIvrAudioRequest", "type! name! language ivrServiceName memo"),
        response=answer("CreateIvrAudioAnswer", AUDIO.fields["id"]),
    ),
    Interface(
        name="ModifyIvrAudio",
        section="3.75",
        title=Text("Change an announcement", "更改 IVR 语音"),
        help=Text("Changes what is known of it, not its sound.", "改动其说明，不涉及声音。"),
        nature=Nature.WRITE,
        area="voice",
        resource="ivr_audio",
        action="modify",
        staff_only="Announcements are the operator's, and heard by everybody.",
        request=AUDIO.pick("ModifyIvrAudioRequest", "id! language ivrServiceName memo"),
        response=OK,
    ),
    Interface(
        name="DeleteIvrAudio",
        section="3.76",
        title=Text("Delete an announcement", "删除 IVR 语音"),
        help=Text("Removes one announcement by its id.", "按编号移除一条语音。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="voice",
        resource="ivr_audio",
        action="delete",
        staff_only="Announcements are the operator's, and heard by everybody.",
        request=AUDIO.pick("DeleteIvrAudioRequest", "id!"),
        response=OK,
    ),
    Interface(
        name="GetIvrAudio",
        section="3.77",
        title=Text("Read announcements", "查询 IVR 语音"),
        help=Text("Announcements by type or by id, without their sound.", "按类型或编号读取语音，不含声音。"),
        nature=Nature.READ,
        area="voice",
        resource="ivr_audio",
        action="read",
        staff_only="Announcements are the operator's, and heard by everybody.",
        rules=(AtLeastOne(("type", "ids")),),
        request=AUDIO.pick("GetIvrAudioRequest", "type ids"),
        response=answer(
            "GetIvrAudioAnswer",
            rows("infoIvrAudios", "Announcements", "语音", INFO_IVR_AUDIO, "The announcements found.", "查到的语音。"),
        ),
    ),
    Interface(
        name="ModifyIvrAudioData",
        section="3.78",
        title=Text("Replace the sound", "更换语音数据"),
        help=Text("Replaces an announcement's sound; the old one cannot be read back.", "替换语音的声音；旧的无法取回。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="voice",
        resource="ivr_audio",
        action="modify",
        staff_only="Announcements are the operator's, and heard by everybody.",
        request=AUDIO.pick("ModifyIvrAudioDataRequest", "id! data!"),
        response=OK,
    ),
)
