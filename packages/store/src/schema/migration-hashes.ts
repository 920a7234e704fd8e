import type { Engine } from "./engine.ts";

/**
 * What `hashMigration` gives for each migration. A ledger keeps the hashes of those it has been through, and is refused
 * where one differs; a test fails when a migration no longer gives what is written here. A new migration adds its own;
 * an existing line never changes.
 */
export const MIGRATION_HASHES: Readonly<Record<string, Readonly<Record<Engine, string>>>> = {
  "0001-ledger": {
    sqlite: "b22f98ff51c48cc94d72998abd3a4901e7d1bcc54792d02ccff1c1375b34ae59",
    postgres: "a23209ee1a0558bc98a694b0b9a7eed422cbef04bb012c778f81f0e279311ae1",
  },
  "0002-trust": {
    sqlite: "38270250f2404a79e07f34efb2d8b40c121e48aebbb26e451dae38bdf266b36a",
    postgres: "1fb4921f936a1d5a1f2065b110f25deb08637ab8de96aba50d04cbe42c04a520",
  },
  "0003-history": {
    sqlite: "531ac9e5a708cdac34752a1db52a11d8688f75da84f2afdbff1d6b3654f09bbd",
    postgres: "f44a9a4d49513e12be8a94e863135302e0f17dc2079411347e112c6042d83279",
  },
  "0004-layout": {
    sqlite: "c8fa54152efbf696b506a220928d9c33d47964cdb18f84f9afde4d8fc70e1b7d",
    postgres: "619fd5aba2b8fb42f5d011f823505b764087992e15a7ba6701cd5ad99253e458",
  },
  "0005-units": {
    sqlite: "10b68a64701c449a93dc74916085417c7a44a6b0d7e92e12ea92a579e947d1f5",
    postgres: "162a1a3e8a55007c6816ed6e8966d24268839b48d98a30a57cee73e9d866143d",
  },
  "0006-rollups": {
    sqlite: "066ef2a0a77939bc8847913a0b461fde79f9a09d3fe909a3f32111473e76e4ce",
    postgres: "51df8a5dbb2aa68ac4ee72830fde647c8fc31278e105c651d7e4e3eb1fcb1dde",
  },
  "0007-lease": {
    sqlite: "c17079f6e458cb9ad7b6426e57703febd3748d8ab5d94979bdf1add34f654bdd",
    postgres: "8d33395b87dea37289dbb563e562545c554f889f0fde70d1fc8c7e89390c03ce",
  },
  "0008-exceptions": {
    sqlite: "005738117868e4e578bc2dac2160c673541c1656535dd1d0cef1e7fdba7da666",
    postgres: "659761fb7adf2e2fbe6a35e8c3cb4bef910f52850827a88a81a3881c10c31819",
  },
  "0009-deliveries": {
    sqlite: "fdeaa138736149e568b8078468249d53d737dfee1abf4b27b6f91abfc902fdc8",
    postgres: "9effa36da7a6a5d3d2dd577b68ef68ef81a5c52dd1ed426a582e4c1e22939e4b",
  },
  "0010-run-statistics": {
    sqlite: "afcede6b911dc608234bbfc7763528182c835334cdb95577cc01328f9465b075",
    postgres: "0489368bd5c3cb1ae6d4a36458d458c5379e296a3e4e2ba8eb2f16c0b7aab91a",
  },
  "0011-upgrades": {
    sqlite: "091271e0deddb977885aaf5ef34a89c4aeaf0e5a9871557cf7e7c276b0189aac",
    postgres: "89bc993534decac512587b51ce4a9d289ec6869a0004703f32afa6ee4d5e157a",
  },
  "0012-retractions": {
    sqlite: "df6fe805ac4b369fdf3d5fd6585b897594ef591cc93347a9f82b51ea0c505301",
    postgres: "049c604f0bd0d1c74518cb59c650ffc9cf38d5e96f4a835aaa1848bd769792c3",
  },
  "0013-records": {
    sqlite: "739ad2d7dca161dc43488b46c8875212fbce8d5c8e8dd5291dffa61c591b611e",
    postgres: "c7a287cc6cb2575b9c5e0231622c2776be14ae31de5b92abe5e7c2ef8c3a5c63",
  },
  "0014-text-findings": {
    sqlite: "3cf49113446591469ef4851fabfa68d8fa34cbbaf695dfdbb8c64e900245813b",
    postgres: "ad29e5a78ae9f29de56eece60c91f758965746dddcee259934f48cbe427975e6",
  },
  "0016-names": {
    sqlite: "6e2334491d88d31ea58109a445ffb79d3f9c880b1e3e1d6fcb1c700c1afaaa22",
    postgres: "3548e96ba7feee187686b403ee8f80175d175356dca4c9c190b023b24f8666a3",
  },
};
