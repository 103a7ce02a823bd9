"""How the history tells what happened to units, people, accounts and programs."""

from __future__ import annotations

from app.core.actor import Role
from app.core.i18n import N_, label, translate
from app.core.options import KNOWN
from app.identity.directory.service import TRACK_LABELS, UNIT_LABELS
from app.identity.roster.service import PERSON_LABELS
from app.identity.rules import UnitKind
from app.web import stories

HELD = {"role": N_("角色"), "unit": N_("单位"), "valid_from": N_("自何日起"), "valid_to": N_("有效期至")}


def tell_stories() -> None:
    """Say what the events of this room are called."""
    _of_the_county()
    _of_the_directory()
    _of_accounts()


def _of_the_county() -> None:
    stories.tell(
        "county",
        {
            "county.created": N_("初始化本县"),
            "option.decided": N_("调整设置"),
            "word.added": N_("新增产业链"),
            "word.changed": N_("修改产业链"),
        },
        fields={
            "name": N_("名称"),
            "code": N_("代码"),
            "option": N_("设置"),
            "value": N_("取值"),
            "applies_from": N_("自何日起"),
            "zh": N_("名称"),
            "en": N_("英文名称"),
            "position": N_("排序"),
            "active": N_("在用"),
        },
        wordings={"option": _option},
    )


def _of_the_directory() -> None:
    stories.tell(
        "unit",
        {"unit.created": N_("新建单位"), "unit.changed": N_("修改单位")},
        fields=UNIT_LABELS,
        wordings={"kind": lambda locale, value: label(locale, UnitKind(value))},
    )
    stories.tell(
        "track",
        {
            "track.created": N_("新建赛道"),
            "track.changed": N_("修改赛道"),
            "track.archived": N_("停用赛道"),
            "track.restored": N_("恢复赛道"),
        },
        fields=TRACK_LABELS,
    )
    stories.tell(
        "person",
        {
            "person.added": N_("新增人员"),
            "person.changed": N_("修改人员"),
            "person.archived": N_("移出名册"),
            "person.restored": N_("恢复到名册"),
            "private.erased": N_("清除个人信息"),
        },
        fields=PERSON_LABELS | {"events": N_("条数")},
    )


def _option(locale: str, name: str) -> str:
    return translate(locale, KNOWN[name].label) if name in KNOWN else name


def _of_accounts() -> None:
    def role(locale: str, value: str) -> str:
        return label(locale, Role(value))

    stories.tell(
        "user",
        {
            "user.created": N_("开设账号"),
            "user.login_changed": N_("修改用户名"),
            "user.enabled": N_("启用账号"),
            "user.disabled": N_("停用账号"),
            "user.role_granted": N_("授予角色"),
            "user.role_ended": N_("收回角色"),
            "user.password_changed": N_("修改密码"),
            "user.password_reset": N_("重置密码"),
            "user.signed_in": N_("登录"),
            "user.signed_out": N_("退出登录"),
            "user.totp_switched_on": N_("启用动态验证码"),
            "user.totp_switched_off": N_("停用动态验证码"),
            "user.totp_removed": N_("解除动态验证码"),
        },
        fields=HELD | {"login": N_("用户名"), "person": N_("人员")},
        wordings={"role": role},
    )
    stories.tell(
        "service_account",
        {
            "service_account.created": N_("新建接口账号"),
            "service_account.enabled": N_("启用接口账号"),
            "service_account.disabled": N_("停用接口账号"),
            "api_key.created": N_("签发密钥"),
            "api_key.revoked": N_("吊销密钥"),
        },
        fields=HELD
        | {
            "name": N_("名称"),
            "key_id": N_("密钥编号"),
            "scopes": N_("权限"),
            "expires_on": N_("有效期至"),
            "per_minute": N_("每分钟次数"),
        },
        wordings={"role": role},
    )
